import { createLookBack } from '../../base/look-back.ts';
import { settledTime } from './covered.ts';
import type { CheckpointsDeps } from './deps.ts';
import { settleWaiting } from './leaves.ts';
import { beginLook } from './look.ts';
import { type Reopened, reopenTree } from './reopen.ts';
import { type Knowledge, knowNothing, workThrough } from './rounds.ts';
import { successorOf } from './signers.ts';
import { createTrouble } from './trouble.ts';

/** What makes checkpoints in a process: one thing after the other, and beside it the look. */
export type Worker = {
  readonly known: Knowledge;
  trouble(): string | null;
  /** Rounds until everything is covered that was appended before. @returns what went wrong; null when nothing did */
  work(force?: boolean): Promise<unknown>;
  /** Works if something has moved, and looks if an hour has passed. Never throws. */
  turn(): Promise<void>;
  /** How long to wait until the next turn, in milliseconds. */
  waitMs(): number;
  /** @throws CheckpointError, LogError */
  reopen(asked: { readonly reason: string; readonly actor: string }): Promise<Reopened>;
  /** Looks no further. Works a last time if something has moved. */
  finish(): Promise<void>;
  /** Begins no further round. */
  stop(): void;
};

const LOOK_MS = 3_600_000;

export function createWorker(deps: CheckpointsDeps): Worker {
  const { heads, everyMs, log } = deps;
  const known = knowNothing(deps);
  const trouble = createTrouble(deps.journal);
  const serially = createTail();
  const looking = createLooking(deps, known);
  let isStopped = false;

  const work = (force = false): Promise<unknown> => {
    const goal = { upTo: heads.count(), force };
    return serially(async () => {
      try {
        await workThrough(deps, known, goal, () => isStopped);
        trouble.none(known.fork);
        return null;
      } catch (error) {
        trouble.had(error);
        return error;
      }
    });
  };
  const isWell = (): boolean => trouble.words() === null && known.fork === null;
  const isUndone = (): boolean => {
    if (!isWell() || heads.oldest() !== null || heads.waiting().length > 0) return true;
    return known.tree?.recorded?.size !== known.tree?.newest?.size;
  };

  const hasMoved = async (): Promise<boolean> => {
    if (!known.tree || isUndone() || looking.isDue()) return true;
    const { newest, witnesses, accepted } = known.tree;
    if (newest && witnesses.isBehind(newest.size)) return true;
    return successorOf(accepted.place().inForce, await deps.keys()) !== null;
  };

  return {
    known,
    work,
    trouble: trouble.words,
    waitMs: () => trouble.waitMs(everyMs),
    async turn() {
      looking.tellTime();
      try {
        if (await hasMoved()) await work();
        // Not waited for: it may have years to look through.
        if (isWell()) void looking.goOn(async () => (await work()) === null && isWell()).catch(trouble.had);
      } catch (error) {
        trouble.had(error);
      }
    },
    reopen: (asked) =>
      serially(async () => {
        const reopened = await reopenTree(deps, known, asked);
        Object.assign(known, knowNothing(deps));
        looking.forget();
        return reopened;
      }),
    async finish() {
      looking.end();
      await serially(() => settleWaiting(log, heads)).catch(trouble.had);
      if (isUndone()) await work();
    },
    stop() {
      isStopped = true;
    },
  };
}

/** The look: at the start, and then each hour. */
function createLooking({ log, heads, clock, everyMs }: CheckpointsDeps, known: Knowledge) {
  const lookBack = createLookBack(clock);
  let begunAtMs = Number.NEGATIVE_INFINITY;
  let isGoingOn = false;
  let isEnded = false;

  const isDue = (): boolean => clock.monotonicMs() - begunAtMs >= LOOK_MS;
  const begin = (): void => {
    const { accepted } = known.tree!;
    begunAtMs = clock.monotonicMs();
    const settled = settledTime(accepted.place().lookedThrough);
    const through = lookBack(2 * everyMs).toISOString();
    known.look = beginLook({ log, heads, covered: accepted.covered, settled, through });
  };
  const forget = (): void => {
    known.look = null;
    begunAtMs = Number.NEGATIVE_INFINITY;
  };

  return {
    isDue,
    forget,
    /** Asked now and then it knows when the clock was set. */
    tellTime: () => void lookBack(0),
    /** @param cover gives leaves to what was found; false when that is not possible now */
    async goOn(cover: () => Promise<boolean>): Promise<void> {
      const isWanted = isDue() || known.look?.isDone() === false;
      if (isGoingOn || isEnded || !known.tree || !isWanted) return;
      isGoingOn = true;
      try {
        if (isDue()) begin();
        for (let look = known.look; look && look === known.look && !isEnded; ) {
          await look.goOn();
          if (!(await cover()) || look.isDone()) return;
        }
      } catch (error) {
        forget();
        throw error;
      } finally {
        isGoingOn = false;
      }
    },
    end() {
      isEnded = true;
    },
  };
}

/** One after the other, whatever becomes of them. */
function createTail(): <T>(task: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return (task) => {
    const run = tail.then(task);
    tail = run.catch(() => {});
    return run;
  };
}
