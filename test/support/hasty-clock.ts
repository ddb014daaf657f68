import type { Clock } from '../../src/base/clock.ts';

/** Where waiting would only cost time: every wait is over at once. */
export function hastyClock(): Clock & { readonly waitsMs: readonly number[] } {
  const waitsMs: number[] = [];
  return {
    waitsMs,
    now: () => 0,
    monotonicMs: () => 0,
    after(delayMs, run) {
      waitsMs.push(delayMs);
      const soon = setImmediate(run);
      return () => clearImmediate(soon);
    },
  };
}
