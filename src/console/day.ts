import { createBoundedMap } from '../base/bounded-map.ts';

/** An hour of a day: when it begins (ISO 8601 UTC), and what a clock of the zone says then. */
export type DayHour = { readonly at: string; readonly clock: string };

/** A day of a zone, by the whole hours of UTC in which figures are counted. */
export type Day = {
  /** Such as `Tue 24 Nov`. */
  readonly words: string;
  /** ISO 8601 UTC: from, and before. */
  readonly from: string;
  readonly to: string;
  readonly hours: readonly DayHour[];
};

const HOUR_MS = 3_600_000;

/** A clock of a zone is asked fifty times for a day, and many pages show the same one. */
const days = createBoundedMap<Day>(1_000);

/** The beginning of the hour of UTC in which a moment lies, ISO 8601. */
export function hourOf(ms: number): string {
  return new Date(ms - (ms % HOUR_MS)).toISOString();
}

/**
 * The day in which a moment lies. Where a zone's offset is no whole hour, its day begins with the first hour that lies in it.
 * @param zone an IANA name
 */
export function dayIn(zone: string, nowMs: number): Day {
  const hour = hourOf(nowMs);
  const key = `${zone} ${hour}`;
  const day = days.get(key) ?? dayOf(zone, hour);
  days.set(key, day);
  return day;
}

function dayOf(zone: string, hour: string): Day {
  const parts = partsIn(zone);
  const here = Date.parse(hour);
  const { day } = parts(here);
  let first = here;
  while (parts(first - HOUR_MS).day === day) first -= HOUR_MS;
  const hours: DayHour[] = [];
  let ms = first;
  // A day has 23 to 25 hours where clocks are changed.
  for (; parts(ms).day === day; ms += HOUR_MS) {
    hours.push({ at: new Date(ms).toISOString(), clock: parts(ms).clock });
  }
  return { words: day, from: new Date(first).toISOString(), to: new Date(ms).toISOString(), hours };
}

function partsIn(timeZone: string): (ms: number) => { readonly day: string; readonly clock: string } {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    timeZone,
  });
  return (ms) => {
    const found = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    return {
      day: `${found.get('weekday')} ${found.get('day')} ${found.get('month')}`,
      clock: `${found.get('hour')}:${found.get('minute')}`,
    };
  };
}
