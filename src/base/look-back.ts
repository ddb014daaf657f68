import type { Clock } from './clock.ts';

/** Time that went by on one setting of a clock: by how much wall time lies before monotonic time, and until when it did. */
type Course = { readonly aheadMs: number; untilMs: number };

/** Less is a clock that is being adjusted, not set. */
const NOTABLE_MS = 1_000;
/** A clock that is set more often is broken, and the oldest settings are the first to matter no more. */
const COURSES_MAX = 100;

/**
 * Tells from when on to look for what is dated by wall time: the earliest time that something can bear that happened within
 * the last `ms`, also if the clock was set meanwhile. It knows of a clock that was set only by being asked now and then.
 */
export function createLookBack(clock: Pick<Clock, 'now' | 'monotonicMs'>): (ms: number) => Date {
  const courses: Course[] = [];
  const look = (): number => {
    const untilMs = clock.monotonicMs();
    const aheadMs = clock.now() - untilMs;
    const newest = courses.at(-1);
    if (newest && Math.abs(newest.aheadMs - aheadMs) < NOTABLE_MS) newest.untilMs = untilMs;
    else courses.push({ aheadMs, untilMs });
    if (courses.length > COURSES_MAX) courses.shift();
    return untilMs;
  };
  look();
  return (ms) => {
    const fromMs = look() - ms;
    const within = courses.filter((course) => course.untilMs >= fromMs);
    return new Date(fromMs + Math.min(...within.map((course) => course.aheadMs)));
  };
}
