import type { Clock } from '../../src/base/clock.ts';

type Timer = { readonly atMs: number; readonly fn: () => void };

/** Time that stands still until a test moves it. */
export type VirtualClock = Clock & {
  /** Runs what is due within `ms`, in order, letting promises settle after each. */
  advance(ms: number): Promise<void>;
  timers(): number;
};

/** Makes a clock that begins at zero. */
export function virtualClock(): VirtualClock {
  let nowMs = 0;
  const timers = new Set<Timer>();
  const nextBy = (untilMs: number): Timer | undefined =>
    [...timers].filter((timer) => timer.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  return {
    now: () => nowMs,
    after(ms, fn) {
      const timer = { atMs: nowMs + ms, fn };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (let timer = nextBy(untilMs); timer; timer = nextBy(untilMs)) {
        timers.delete(timer);
        nowMs = Math.max(nowMs, timer.atMs);
        timer.fn();
        await settle();
      }
      nowMs = untilMs;
    },
    timers: () => timers.size,
  };
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
