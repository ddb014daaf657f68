import { createBoundedMap } from '../base/bounded-map.ts';

export type ThrottleLimits = {
  /** So many failures of one place within a window are answered as they are; 0: all of them. */
  readonly maxFailures: number;
  readonly failureWindowMs: number;
  /** How many places are remembered; the one that failed longest ago is forgotten first. */
  readonly maxPlaces: number;
};

/** A failure, and what came before it. */
export type Failure = {
  /** Until the next one is answered as it is; 0: this one is. */
  readonly waitMs: number;
  /** How many of the place have been slowed down in this window, with this one. */
  readonly slowed: number;
};

/**
 * Counts failures by place, and within one by what was presented. Whoever presents the same thing again and again is a
 * program with an old key: it alone has to wait. Whoever presents many things is guessing, and so perhaps is everybody else
 * who comes from there.
 */
export type Throttle = {
  /** @param what what was presented, or did not fit: no secret, a hash of it */
  failed(place: string, what: string): Failure;
  /** Whether the next failure of this kind has to wait. */
  isSlow(place: string, what: string): boolean;
  /** Whether so much has been presented in vain that somebody is guessing there; until then it may be presented for the first time. */
  isGuessing(place: string): boolean;
};

type Tally = { readonly endsMs: number; readonly failures: Map<string, number>; slowed: number };

/** @param nowMs a monotonic clock */
export function createThrottle(limits: ThrottleLimits, nowMs: () => number): Throttle {
  const { maxFailures, failureWindowMs, maxPlaces } = limits;
  const tallies = createBoundedMap<Tally>(maxPlaces);
  const tallyOf = (place: string): Tally | null => {
    const tally = tallies.get(place);
    return tally && nowMs() < tally.endsMs ? tally : null;
  };
  const isFull = (tally: Tally | null, what: string): boolean =>
    maxFailures > 0 &&
    tally !== null &&
    (tally.failures.size >= maxFailures || (tally.failures.get(what) ?? 0) >= maxFailures);
  return {
    failed(place, what) {
      const tally = tallyOf(place) ?? { endsMs: nowMs() + failureWindowMs, failures: new Map(), slowed: 0 };
      tallies.set(place, tally);
      if (!isFull(tally, what)) {
        if (maxFailures > 0) tally.failures.set(what, (tally.failures.get(what) ?? 0) + 1);
        return { waitMs: 0, slowed: 0 };
      }
      tally.slowed += 1;
      return { waitMs: tally.endsMs - nowMs(), slowed: tally.slowed };
    },
    isSlow: (place, what) => isFull(tallyOf(place), what),
    isGuessing: (place) => maxFailures > 0 && (tallyOf(place)?.failures.size ?? 0) >= maxFailures,
  };
}
