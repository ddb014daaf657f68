import type { Clock } from '../../src/base/clock.ts';
import type { CallState } from '../../src/domain/call/call.ts';
import type { ReadStore } from '../ports.ts';
import { add, asideDueMs, asideIds, type Backlog, emptyBacklog, oldestAgeMs, size } from './backlog.ts';
import { createTimer } from './timer.ts';
import { createWriter, type OnWriteError, type Writer } from './writer.ts';

/** How long to leave a store alone that failed: `minMs`, then twice as long each time, up to `maxMs`. */
type RetryPolicy = { readonly minMs: number; readonly maxMs: number };

export type ProjectorOptions = {
  readonly store: Pick<ReadStore, 'write'>;
  readonly clock: Clock;
  /** Hears of every write that failed, with the calls in it. Nothing is lost: they will be tried again. */
  readonly onError?: OnWriteError;
  /** Hears of every write that did not. Must not throw. */
  readonly onWritten?: () => void;
  /** How long the first change of a batch waits for others. */
  readonly collectMs?: number;
  readonly retry?: RetryPolicy;
  /** The most calls in one write. */
  readonly batchSize?: number;
};

/** Keeps the read models up with the calls. Nothing here throws because the store did. */
export type Projector = {
  /** Takes note of a call's new state; the work is done later. Repeated and older states do no harm. */
  changed(state: CallState): void;
  /**
   * Writes without collecting further; resolves when nothing waits but calls that the store refuses while it takes
   * others, or when the projector is closed.
   */
  flush(): Promise<void>;
  /** Age of the oldest change that is not written, but for calls that are refused; 0 when all are. */
  lagMs(): number;
  /** Calls of which no rows can be made, or whose rows the store refuses while it takes others. */
  refused(): readonly string[];
  /** How many calls have a change that is not written. */
  pending(): number;
  /** Tries once to write what waits, then stops. What it could not write is in the log, for the next start. */
  close(): Promise<void>;
};

/** Makes a projector; it owns its timers until it is closed. */
export function createProjector(options: ProjectorOptions): Projector {
  const { store, clock, onError, onWritten, collectMs = 5, retry = { minMs: 100, maxMs: 5_000 } } = options;
  const { batchSize = 100 } = options;
  const delayMs = (failures: number): number => backOffMs(retry, failures);
  const backlog = emptyBacklog(delayMs);
  const writer = createWriter({ store, now: clock.monotonicMs, batchSize, onError, onWritten }, backlog);
  const pump = createPump(clock, backlog, writer);
  return {
    changed(state) {
      const nowMs = clock.monotonicMs();
      add(backlog, state, nowMs);
      pump.wakeBy(nowMs + collectMs);
    },
    flush: () => pump.flush(),
    lagMs: () => oldestAgeMs(backlog, clock.monotonicMs()),
    refused: () => asideIds(backlog),
    pending: () => size(backlog),
    close: () => pump.close(),
  };
}

/** Decides when to write. At most one write is under way. */
function createPump(clock: Clock, backlog: Backlog, writer: Writer) {
  const timer = createTimer(clock);
  let flushes: (() => void)[] = [];
  let draining: Promise<void> | null = null;
  let closed = false;

  async function writeAll(): Promise<void> {
    while (await writer.write()) {
      // With a synchronous store a long backlog would stop everybody else; those who wait for a flush asked for that.
      if (backlog.waiting.size === 0 || (flushes.length === 0 && !closed)) return;
    }
  }

  function drain(): Promise<void> {
    timer.stop();
    draining ??= writeAll().finally(() => {
      draining = null;
      if (backlog.waiting.size === 0) release();
      const nextMs = nextAtMs(clock.monotonicMs(), backlog, writer.failuresInARow());
      if (nextMs !== null && !closed) timer.startBy(nextMs, drain);
    });
    return draining;
  }

  function release(): void {
    for (const resolve of flushes) resolve();
    flushes = [];
  }

  function wakeBy(atMs: number): void {
    // While a write is under way, or the store is left alone after it failed, the next write is already planned.
    if (!draining && writer.failuresInARow() === 0 && !closed) timer.startBy(atMs, drain);
  }

  function flush(): Promise<void> {
    if (closed || (backlog.waiting.size === 0 && !draining)) return Promise.resolve();
    return new Promise((resolve) => {
      flushes.push(resolve);
      void drain();
    });
  }

  async function close(): Promise<void> {
    closed = true;
    await draining;
    if (backlog.waiting.size > 0) await drain();
    timer.stop();
    release();
  }

  return { wakeBy, flush, close };
}

function nextAtMs(nowMs: number, backlog: Backlog, failuresInARow: number): number | null {
  if (failuresInARow > 0) return nowMs + backlog.delayMs(failuresInARow);
  return backlog.waiting.size > 0 ? nowMs : asideDueMs(backlog);
}

function backOffMs({ minMs, maxMs }: RetryPolicy, failures: number): number {
  return Math.min(maxMs, minMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30));
}
