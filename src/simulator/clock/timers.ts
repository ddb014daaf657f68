import type { SimulatorClock } from './clock.ts';
import { createTimerHeap, type HeapEntry } from './timer-heap.ts';

/** Prevents a timer from firing; harmless afterwards. */
export type Cancel = () => void;

/**
 * Timers in call time: `after(10_000)` at `timeScale` 20 fires half a wall second later. Wall time stays wall time where
 * another machine measures it too: token lifetimes, request signatures, network time-outs.
 *
 * Timers fire in the order in which they are due, also after the process was held up. setTimeout does not promise that
 * between different delays, and a key pressed in time would now and then lose to the silence timer behind it.
 */
export type Timers = {
  /** Wall time, whole milliseconds since the epoch. */
  nowMs(): number;
  /** Runs `run` after `delayMs` of call time. */
  after(delayMs: number, run: () => void): Cancel;
  /** Runs `run` after `delayMs` of wall time. */
  afterWall(delayMs: number, run: () => void): Cancel;
  /** Resolves after `delayMs` of call time, or when the simulator closes. */
  sleep(delayMs: number): Promise<void>;
  /** Call time that has passed since `sinceMs`, a value of `nowMs()`. */
  elapsedMs(sinceMs: number): number;
  /** Counts `delayMs` of call time down from now on: the wall milliseconds that are left, never below 0. */
  countDown(delayMs: number): () => number;
  /** Cancels everything that waits, resolves the sleepers, and starts nothing any more. */
  close(): void;
};

/**
 * @param clock source of wall time
 * @param timeScale how many times faster call time runs than wall time
 */
export function createTimers(clock: SimulatorClock, timeScale: number): Timers {
  const schedule = createSchedule(clock);
  const sleepers = new Set<() => void>();
  let isClosed = false;

  const afterWall = (delayMs: number, run: () => void) => (isClosed ? () => {} : schedule.after(delayMs, run));
  const after = (delayMs: number, run: () => void) => afterWall(delayMs / timeScale, run);
  const sleep = async (delayMs: number) => {
    if (isClosed) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        sleepers.delete(wake);
        resolve();
      };
      sleepers.add(wake);
      after(delayMs, wake);
    });
  };

  return {
    nowMs: () => Math.floor(clock.now()),
    after,
    afterWall,
    sleep,
    elapsedMs: (sinceMs) => (clock.now() - sinceMs) * timeScale,
    countDown(delayMs) {
      const dueMs = clock.monotonicMs() + delayMs / timeScale;
      return () => Math.max(0, Math.round(dueMs - clock.monotonicMs()));
    },
    close() {
      isClosed = true;
      schedule.clear();
      for (const wake of [...sleepers]) wake();
    },
  };
}

/** Any number of timers behind one timer of the clock. A clock that is set moves none: all calls would stop, or all ring out. */
function createSchedule(clock: SimulatorClock) {
  const heap = createTimerHeap();
  let sequence = 0;
  let alarm: { dueMs: number; cancel: Cancel } | undefined;

  const setAlarm = () => {
    const dueMs = heap.first()?.dueMs;
    // An alarm that is too early costs one look at the heap; replacing it for every cancelled timer would cost more.
    if (dueMs === undefined || (alarm !== undefined && alarm.dueMs <= dueMs)) return;
    alarm?.cancel();
    alarm = { dueMs, cancel: clock.after(Math.max(0, dueMs - clock.monotonicMs()), ring) };
  };
  const ring = () => {
    alarm = undefined;
    const nowMs = clock.monotonicMs();
    for (let next = heap.first(); next !== undefined && next.dueMs <= nowMs; next = heap.first()) {
      heap.remove(next);
      next.run();
    }
    setAlarm();
  };
  return {
    after(delayMs: number, run: () => void): Cancel {
      const entry: HeapEntry = { dueMs: clock.monotonicMs() + delayMs, sequence: sequence++, run, index: -1 };
      heap.add(entry);
      setAlarm();
      return () => heap.remove(entry);
    },
    clear() {
      alarm?.cancel();
      heap.clear();
    },
  };
}
