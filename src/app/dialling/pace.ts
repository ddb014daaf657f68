import type { AdaptiveLimit } from './adaptive-limit.ts';
import type { Breaker } from './breaker.ts';

/** When the next dial may start, whoever is dialled. All its times are those of the monotonic clock. */
export type Pace = {
  /** Whether a dial may start now. The breaker is not asked: it lets calls pass that were begun. */
  allows(nowMs: number): boolean;
  /** A dial starts: the next keeps its distance. */
  took(nowMs: number): void;
  /** It did not start after all, and its moment is for the next. */
  gaveBack(): void;
  /** Nobody need ask for a place before this time. */
  refusedUntil(atMs: number): void;
  /** Asking is worth it again. */
  askAgain(): void;
  /** From when on a dial may start; when that is past, the next call that ends makes room. */
  dueMs(): number;
};

/**
 * By how much an alarm may be late and still keep step, so that the number of calls a second is reached. After a longer rest
 * nothing is made up for.
 */
const LATE_MS = 20;

/** Waits for the distance between two dials, for what the others said, for the provider and for the breaker. */
export function createPace(
  callsPerSecond: number,
  limit: Pick<AdaptiveLimit, 'pausedUntilMs'>,
  breaker: Pick<Breaker, 'pause'>,
): Pace {
  const spacingMs = 1_000 / callsPerSecond;
  let nextDialMs = 0;
  let refusedUntilMs = 0;
  const earliestMs = (): number => Math.max(nextDialMs, refusedUntilMs, limit.pausedUntilMs());
  return {
    allows: (nowMs) => nowMs >= earliestMs(),
    took(nowMs) {
      const isInStep = nowMs - nextDialMs <= LATE_MS;
      nextDialMs = (isInStep ? nextDialMs : nowMs) + spacingMs;
    },
    gaveBack() {
      nextDialMs -= spacingMs;
    },
    refusedUntil(atMs) {
      refusedUntilMs = atMs;
    },
    askAgain() {
      refusedUntilMs = 0;
    },
    dueMs: () => Math.max(earliestMs(), breaker.pause()?.untilMs ?? 0),
  };
}
