import { readTime } from '../../base/times.ts';

/** At or after `from` and before `to`; ISO 8601 UTC with milliseconds. */
export type Period = { readonly from: string; readonly to: string };

/** As somebody asked for it: ISO 8601, either may be missing. */
export type PeriodAsked = { readonly from?: string | undefined; readonly to?: string | undefined };

/** How far an accounting goes back (45 CFR 164.528(a)(1)). */
const YEARS = 6;

/** The period of an accounting: six years back from its end, up to now, unless it was asked otherwise. Words for what is none. */
export function accountingPeriod(asked: PeriodAsked, nowMs: number): Period | string {
  return periodOf(asked, () => new Date(nowMs).toISOString(), yearsBefore);
}

/** A month, unless it was asked otherwise: the last whole one where neither end is given. Words for what is none. */
export function evidencePeriod(asked: PeriodAsked, nowMs: number): Period | string {
  const now = new Date(nowMs).toISOString();
  return periodOf(asked, () => (asked.from === undefined ? monthBegin(now) : now), monthBefore);
}

function periodOf(asked: PeriodAsked, end: () => string, before: (to: string) => string): Period | string {
  const to = asked.to === undefined ? end() : readTime(asked.to);
  if (to === null) return NO_TIMES;
  const from = asked.from === undefined ? before(to) : readTime(asked.from);
  if (from === null) return NO_TIMES;
  return from < to ? { from, to } : 'the period ends before it begins: from must be before to';
}

const NO_TIMES = 'from and to take ISO 8601 times';

function yearsBefore(to: string): string {
  const date = new Date(to);
  date.setUTCFullYear(Math.max(0, date.getUTCFullYear() - YEARS));
  return date.toISOString();
}

function monthBefore(to: string): string {
  const date = new Date(to);
  date.setUTCMonth(date.getUTCMonth() - 1);
  return date.getUTCFullYear() < 0 ? BEGINNING : date.toISOString();
}

const BEGINNING = '0000-01-01T00:00:00.000Z';

/** The first moment of the month that a time lies in. */
export function monthBegin(at: string): string {
  return `${at.slice(0, 7)}-01T00:00:00.000Z`;
}

/** Whether a day lies in a period: its first one does, from whatever hour on the period begins. */
export function isDayWithin(day: string, { from, to }: Period): boolean {
  return day >= from.slice(0, 10) && `${day}T00:00:00.000Z` < to;
}
