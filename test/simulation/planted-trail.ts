import { EMPTY_HEAD } from '../../src/domain/entries.ts';
import { isCallStream } from '../../src/domain/streams.ts';
import { chain } from '../../src/log/hash-chain.ts';
import { NOTHING_PLANTED, type Planted } from './planted.ts';
import type { Stage } from './stage.ts';

/** An instance appends to its calls past the log that remembers heads. */
export const headsBypassed: Planted = {
  ...NOTHING_PLANTED,
  seal: ({ log: sealed, heads }, log) => ({
    heads,
    log: { ...sealed, append: (stream, ...rest) => (isCallStream(stream) ? log : sealed).append(stream, ...rest) },
  }),
};

/** Heads are forgotten when a batch is proposed with them, not when it is recorded. */
export const headsForgottenEarly: Planted = {
  ...NOTHING_PLANTED,
  seal: ({ log, heads }) => ({
    log,
    heads: {
      ...heads,
      runs() {
        const runs = heads.runs();
        heads.cover(runs, { atMs: 0, number: heads.count() });
        return runs;
      },
    },
  }),
};

/** Data is given while the look is still being written. */
export const lookRecordedLater: Planted = {
  ...NOTHING_PLANTED,
  access: (access) => ({
    ...access,
    async record(look) {
      access.record(look).catch(() => {});
    },
  }),
};

/** Somebody writes the store past the log, and makes all hashes anew. */
export const logRewritten: Planted = { ...NOTHING_PLANTED, forges: true };

const LOOK_AGAIN_MS = 15_000;

/** Another name is put on the first entry of a call that has ended, in the course of the day: no row shows it, and no chain. */
export function scheduleForgery({ sim, log, checker }: Stage, workMs: number): void {
  const { ledger } = checker.check;
  const endMs = sim.scheduler.now() + workMs;
  const attempt = (): void => {
    const ended = log.streams().filter((stream) => isCallStream(stream) && ledger.endedAtMs.has(stream));
    const stream = sim.pick('forged', ended);
    if (stream !== undefined) {
      const [first, ...rest] = log.peek(stream);
      log.rewrite(stream, chain(EMPTY_HEAD, stream, [{ ...first!, actor: 'coordinator:mallory' }, ...rest]));
      sim.trace('mallory', `rewrites ${stream}`);
    } else if (sim.scheduler.now() + LOOK_AGAIN_MS < endMs) sim.scheduler.after(LOOK_AGAIN_MS, attempt);
  };
  sim.scheduler.after(sim.between('forged-at', 0, workMs), attempt);
}
