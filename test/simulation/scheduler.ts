import { createTimerHeap, type HeapEntry } from '../../src/simulator/clock/timer-heap.ts';

/** Virtual time: nothing happens but what is scheduled, one thing after the other, and waiting costs nothing. */
export type Scheduler = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `run` once after `delayMs`; the returned function prevents it. */
  after(delayMs: number, run: () => void): () => void;
  sleep(delayMs: number): Promise<void>;
  /** Waits for something real, such as a request to a server, while virtual time and everything in it stands still. */
  standStill<T>(real: Promise<T>): Promise<T>;
  /** Lets things happen until that time, or until `stop` holds; each has its consequences before the next begins. */
  runUntil(untilMs: number, stop: () => boolean): Promise<void>;
  /** How many things have happened. */
  steps(): number;
};

/**
 * @param startMs the first value of `now()`
 */
export function createScheduler(startMs: number): Scheduler {
  const heap = createTimerHeap();
  let nowMs = startMs;
  let sequence = 0;
  let steps = 0;
  const real = new Set<Promise<unknown>>();

  /** All promises that something has settled run their course: always in the same order, as one thing happens at a time. */
  const turn = async (): Promise<void> => {
    await immediate();
    while (real.size > 0) {
      await Promise.allSettled(real);
      await immediate();
    }
  };

  const after = (delayMs: number, run: () => void) => {
    const entry: HeapEntry = { dueMs: nowMs + Math.max(0, delayMs), sequence: sequence++, run, index: -1 };
    heap.add(entry);
    return () => heap.remove(entry);
  };

  return {
    now: () => nowMs,
    after,
    sleep: (delayMs) => new Promise((resolve) => after(delayMs, resolve)),
    standStill(promise) {
      const done = (): void => void real.delete(promise);
      real.add(promise);
      promise.then(done, done);
      return promise;
    },
    async runUntil(untilMs, stop) {
      await turn();
      for (let next = heap.first(); next && next.dueMs <= untilMs && !stop(); next = heap.first()) {
        heap.remove(next);
        nowMs = next.dueMs;
        steps += 1;
        next.run();
        await turn();
      }
      if (!stop()) nowMs = Math.max(nowMs, untilMs);
    },
    steps: () => steps,
  };
}

function immediate(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
