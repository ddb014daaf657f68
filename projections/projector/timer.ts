import type { Clock } from '../../src/base/clock.ts';

/** One timer at most. */
type Timer = {
  /** Runs `fn` at that time of the monotonic clock, unless the timer already runs out before. */
  startBy(atMs: number, fn: () => void): void;
  stop(): void;
};

/** Makes a timer that does not run yet. */
export function createTimer(clock: Clock): Timer {
  let running: { readonly atMs: number; readonly cancel: () => void } | null = null;

  function stop(): void {
    running?.cancel();
    running = null;
  }

  function startBy(atMs: number, fn: () => void): void {
    if (running && running.atMs <= atMs) return;
    stop();
    const cancel = clock.after(Math.max(0, atMs - clock.monotonicMs()), () => {
      running = null;
      fn();
    });
    running = { atMs, cancel };
  }

  return { startBy, stop };
}
