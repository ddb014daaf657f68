export type AdaptiveLimit = {
  /** Calls that may be held at once now. */
  current(): number;
  /** Until when nothing may be dialled, by the monotonic clock. */
  pausedUntilMs(): number;
  /** The provider took a call. */
  accepted(): void;
  /** How often the provider answered 429. */
  refusals(): number;
  /** The provider answered 429 while `active` calls were held. */
  throttled(active: number, nowMs: number, retryAfterMs: number): void;
};

/** Dials taken in a row before one more call at once is tried. */
const RAISE_AFTER = 20;
/** ACS: do not retry at once after 429, every attempt counts. */
const PAUSE_MS = 2_000;

/**
 * Learns how many calls the provider lets us hold: one fewer than it refused at, then slowly up again to what is
 * configured. The real limit is per caller number and known only to the provider's support.
 */
export function createAdaptiveLimit(most: number): AdaptiveLimit {
  let limit = most;
  let taken = 0;
  let refusals = 0;
  let pausedUntilMs = 0;
  return {
    current: () => limit,
    pausedUntilMs: () => pausedUntilMs,
    refusals: () => refusals,
    accepted() {
      taken += 1;
      if (taken < RAISE_AFTER || limit >= most) return;
      limit += 1;
      taken = 0;
    },
    throttled(active, nowMs, retryAfterMs) {
      // Never above what was refused, never to a standstill.
      limit = Math.max(1, Math.min(limit, active - 1));
      taken = 0;
      refusals += 1;
      pausedUntilMs = Math.max(pausedUntilMs, nowMs + Math.max(retryAfterMs, PAUSE_MS));
    },
  };
}
