import type { SimulatorClock } from './clock.ts';

/** Prevents a timer from firing; harmless afterwards. */
export type Cancel = () => void;

/**
 * Timers in call time: `after(10_000)` at `timeScale` 20 fires half a wall second later. Wall time stays wall time where
 * another machine measures it too: token lifetimes, request signatures, network time-outs.
 */
export type Timers = {
  /** Wall time, milliseconds since the epoch. */
  nowMs(): number;
  /** Runs `run` after `delayMs` of call time. */
  after(delayMs: number, run: () => void): Cancel;
  /** Runs `run` after `delayMs` of wall time. */
  afterWall(delayMs: number, run: () => void): Cancel;
  /** Resolves after `delayMs` of call time, or when the simulator closes. */
  sleep(delayMs: number): Promise<void>;
  /** Call time that has passed since `sinceMs`, a value of `nowMs()`. */
  elapsedMs(sinceMs: number): number;
  /** Cancels everything that waits, resolves the sleepers, and starts nothing any more. */
  close(): void;
};

/**
 * @param clock source of wall time
 * @param timeScale how many times faster call time runs than wall time
 */
export function createTimers(clock: SimulatorClock, timeScale: number): Timers {
  const waiting = new Set<Cancel>();
  let isClosed = false;
  const sleepers = new Set<() => void>();

  const afterWall = (delayMs: number, run: () => void): Cancel => {
    if (isClosed) return () => {};
    const stop = clock.after(delayMs, () => {
      waiting.delete(cancel);
      run();
    });
    const cancel = () => {
      if (waiting.delete(cancel)) stop();
    };
    waiting.add(cancel);
    return cancel;
  };
  const after = (delayMs: number, run: () => void) => afterWall(delayMs / timeScale, run);

  const sleep = (delayMs: number) =>
    new Promise<void>((resolve) => {
      if (isClosed) return resolve();
      const wake = () => {
        sleepers.delete(wake);
        resolve();
      };
      sleepers.add(wake);
      after(delayMs, wake);
    });

  return {
    nowMs: () => clock.now(),
    after,
    afterWall,
    sleep,
    elapsedMs: (sinceMs) => (clock.now() - sinceMs) * timeScale,
    close() {
      isClosed = true;
      for (const cancel of [...waiting]) cancel();
      for (const wake of [...sleepers]) wake();
    },
  };
}
