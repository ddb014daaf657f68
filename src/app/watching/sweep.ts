import type { ReadStore } from '../../../projections/ports.ts';
import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import { createLookBack } from '../../base/look-back.ts';
import type { CallState } from '../../domain/call/call.ts';
import { LONGEST_CALL_MS } from '../../domain/call/timing.ts';
import { isCallStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { DialLines } from '../dialling/lines.ts';
import type { Journal } from '../ports.ts';
import type { Recorder } from '../recording/recorder.ts';
import { loadOrPark } from './catch-up.ts';
import type { Deadlines } from './deadlines.ts';
import { TAKE_OVER_GRACE_MS } from './take-over.ts';

export type SweepDeps = {
  readonly log: Pick<CallEventLog, 'registered'>;
  readonly readStore: Pick<ReadStore, 'open' | 'versions'>;
  readonly recorder: Pick<Recorder, 'load' | 'parked' | 'takeUp'>;
  readonly deadlines: Pick<Deadlines, 'knows'>;
  /** Where calls wait that need not be known here: whoever gives a place has the next one dialled. */
  readonly dialQueue: Pick<DialLines, 'isNext' | 'isBehind'>;
  /** Hears that another instance has begun a call. */
  readonly othersWrote: () => void;
  readonly clock: Clock;
  readonly journal: Journal;
};

/** A call is found when its row has stood still from one round to the next: 15 s after its newest entry at most. */
const EVERY_MS = 7_500;
/** Every this many rounds: calls without a row, and everything that can still change. */
const ROWLESS_ROUNDS = 8;
const THOROUGH_ROUNDS = 480;
const ROWLESS_SINCE_MS = 3_600_000;
/** A call that waits for its first dial has been opened, and nothing else was recorded of it. */
const OPENED_VERSION = 1;
/** Of those that wait behind a long line so many are taken up a round all the same: whoever has brought them may be dead. */
const BEHIND_TAKEN = 2;
const BATCH = 500;
/**
 * How often in a row a name is looked at behind which there is nothing. Whoever put it there died before the first entry: the
 * call is closed within the hour (`requests/abandoned.ts`), or taken up by the same request.
 */
const EMPTY_LOOKS = 2;
const EMPTY_KNOWN_MAX = 10_000;

/**
 * Looks now and then for calls that this instance does not know: they belong to another instance, and if that one is dead
 * their deadlines must ring here and their rows be written here. Open calls are found by their rows, when these stand still for a
 * round; those whose instance died before it wrote a row, by the register; late entries of ended calls, and calls that a row of
 * another release calls ended, by a thorough round once an hour.
 */
export function startSweep(deps: SweepDeps): { close(): void } {
  const { clock, journal } = deps;
  let closed = false;
  let rounds = 0;
  const since = createLookBack(clock);
  const isRowless = createRowless();
  const sweepOpen = createSweepOpen(deps);
  let callOff = clock.after(EVERY_MS, () => void round());

  const round = async (): Promise<void> => {
    rounds += 1;
    const [rowless, thorough] = [since(ROWLESS_SINCE_MS), since(LONGEST_CALL_MS)];
    try {
      await sweepOpen();
      if (rounds % ROWLESS_ROUNDS === 0) await sweepRegister(deps, rowless, isRowless);
      if (rounds % THOROUGH_ROUNDS === 0) await sweepRegister(deps, thorough, isBehind);
    } catch (error) {
      journal.warn({ code: errorCode(error) }, 'calls of other instances could not be looked through');
    }
    if (!closed) callOff = clock.after(EVERY_MS, () => void round());
  };

  return {
    close() {
      closed = true;
      callOff();
    },
  };
}

/** A call whose row goes on is in good hands: to read it would cost a request for each instance and call. */
function createSweepOpen({ readStore, deadlines, dialQueue, ...deps }: SweepDeps): () => Promise<void> {
  let before: ReadonlyMap<string, number> = new Map();
  return async () => {
    const unknown = (await readStore.open()).filter((callSessionId) => !deadlines.knows(callSessionId));
    const shown = unknown.length > 0 ? await readStore.versions(unknown) : before;
    let behind = 0;
    // The oldest first: ids tell when calls were made.
    for (const callSessionId of unknown.sort()) {
      const version = shown.get(callSessionId);
      if (before.get(callSessionId) !== version || dialQueue.isNext(callSessionId)) continue;
      const isBehind = version === OPENED_VERSION && dialQueue.isBehind(callSessionId);
      if (isBehind) behind += 1;
      if (isBehind && behind > BEHIND_TAKEN) continue;
      const state = await loadOrPark(deps, callSessionId);
      if (state) deps.recorder.takeUp(state, TAKE_OVER_GRACE_MS);
    }
    before = unknown.length > 0 ? shown : new Map();
  };
}

type Choice = (deps: SweepDeps, callSessionId: string, shown: number) => Promise<CallState | null>;

function createRowless(): Choice {
  const emptyLooks = createBoundedMap<number>(EMPTY_KNOWN_MAX);
  return async (deps, callSessionId, shown) => {
    const looks = emptyLooks.get(callSessionId) ?? 0;
    if (shown > 0 || deps.deadlines.knows(callSessionId) || looks >= EMPTY_LOOKS) return null;
    const state = await loadOrPark(deps, callSessionId);
    if (!state) emptyLooks.set(callSessionId, looks + 1);
    // A start has looked at all that was there.
    else deps.othersWrote();
    return state;
  };
}

/** Also a call that waits for something here and is over in the eyes of another release, which has written its row. */
const isBehind: Choice = async (deps, callSessionId, shown) => {
  const state = await loadOrPark(deps, callSessionId);
  if (!state) return null;
  const isForgotten = state.deadline !== null && !deps.deadlines.knows(callSessionId);
  return state.version > shown || isForgotten ? state : null;
};

async function sweepRegister(deps: SweepDeps, since: Date, choose: Choice): Promise<void> {
  const takeUpAll = async (streams: readonly string[]): Promise<void> => {
    const shown = await deps.readStore.versions(streams);
    for (const stream of streams) {
      const state = await choose(deps, stream, shown.get(stream) ?? 0);
      if (state) deps.recorder.takeUp(state, TAKE_OVER_GRACE_MS);
    }
  };
  let batch: string[] = [];
  for await (const stream of deps.log.registered(since)) {
    if (isCallStream(stream)) batch.push(stream);
    if (batch.length < BATCH) continue;
    await takeUpAll(batch);
    batch = [];
  }
  await takeUpAll(batch);
}
