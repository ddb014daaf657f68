import { isDay, LAST_MS } from './times.ts';

const DAY_MS = 86_400_000;
const PARTS: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
  hourCycle: 'h23',
};

/**
 * The first moment of a day where somebody is, ISO 8601 UTC; null for what is no day, and for years that nobody means.
 * @param day such as `2026-03-08`
 * @param zone an IANA name
 */
export function dayStart(day: string, zone: string): string | null {
  if (!isDay(day)) return null;
  const midnightMs = Date.parse(day);
  // What the clock was ahead by a day before and a day after: where it is set in between, one of them holds at midnight. Where
  // midnight itself is left out, the day begins when the clock is set.
  const [before, after] = [midnightMs - DAY_MS, midnightMs + DAY_MS].map((ms) => aheadMs(ms, zone));
  const moments = [midnightMs - before!, midnightMs - after!].filter((ms) => ms + aheadMs(ms, zone) === midnightMs);
  const ms = moments.length > 0 ? Math.min(...moments) : midnightMs - Math.min(before!, after!);
  return ms >= Date.parse('1000-01-01') && ms <= LAST_MS ? new Date(ms).toISOString() : null;
}

/** The day after it, such as `2026-03-09`. */
export function nextDay(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
}

/** How far a zone's clock is ahead of UTC at a moment. */
function aheadMs(ms: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { ...PARTS, timeZone: zone }).formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((each) => each.type === type)?.value);
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return shown - Math.floor(ms / 1_000) * 1_000;
}
