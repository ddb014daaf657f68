/** A day, or a time with its zone: ISO 8601 as RFC 3339 has it, decimals as far as .NET writes them. */
const TIME =
  /^(?<day>\d{4}-\d{2}-\d{2})(?:T(?<clock>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?)(?:Z|[+-](?<offset>\d{2}:\d{2})))?$/;

/** Of a clock of one day and of an offset from UTC; 24:00 and leap seconds are no moments of their own here. */
const CLOCK = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?$/;

const FIRST_MS = Date.parse('0001-01-01');
/** The last millisecond that a time can be. */
export const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * A time as people and tools give it, in the form in which ours are compared: UTC with milliseconds. A day is its first
 * moment in UTC. Null for what is no time: what no calendar has, or what lies outside the years 1 to 9999.
 */
export function readTime(text: string): string | null {
  const { day = '', clock = '00:00', offset = '00:00' } = TIME.exec(text)?.groups ?? {};
  if (!isDay(day) || !CLOCK.test(clock) || !CLOCK.test(offset)) return null;
  const ms = Date.parse(text);
  return ms >= FIRST_MS && ms <= LAST_MS ? new Date(ms).toISOString() : null;
}

/** Whether a text is a day of the calendar, such as `2026-03-02`. */
export function isDay(text: string): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) return false;
  // Date.parse takes the 31st of a month that has 30 days for the 1st of the next. There was no year 0.
  return new Date(ms).toISOString().startsWith(text) && !text.startsWith('0000');
}

const DAY_MS = 86_400_000;
/** The day that was asked for last, nearly always that of the next time: such as `2026-03-02T`, and when it begins. */
let day = { text: '', ms: Number.NaN };

/**
 * ISO 8601 UTC to the millisecond, as `Date` writes it, which takes five times as long: every step of every call bears some times,
 * nearly all of one day.
 * @param ms since 1970
 * @throws RangeError for what is no time
 */
export function isoTime(ms: number): string {
  if (!(ms >= 0 && ms <= LAST_MS)) return new Date(ms).toISOString();
  const at = Math.floor(ms);
  const ofDay = at % DAY_MS;
  if (at - ofDay !== day.ms) day = { text: new Date(at).toISOString().slice(0, 11), ms: at - ofDay };
  const seconds = Math.floor(ofDay / 1_000);
  const [hour, minute, second] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${day.text}${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}.${digits(at % 1_000, 3)}Z`;
}

function digits(value: number, count: number): string {
  const zeros = value < 10 ? count - 1 : value < 100 ? count - 2 : 0;
  return `${'0'.repeat(zeros)}${value}`;
}
