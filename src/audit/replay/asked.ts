import { isDay, LAST_MS, readTime } from '../../base/times.ts';
import type { Disposition } from '../../domain/call/disposition.ts';
import type { SearchFilter } from './api.ts';

/** What an id of a call looks like, ours or the provider's; one that does not is nobody's. */
export const ANY_CALL_ID = /^[\x21-\x7e]{1,512}$/;
export const MEMBER_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** What a search may ask for, in words as they came. Times are ISO 8601. */
export type SearchAsked = {
  readonly memberId?: string;
  readonly day?: string;
  readonly from?: string;
  readonly to?: string;
  readonly staff?: string;
  readonly disposition?: Disposition;
  readonly connectionId?: string;
};

/** A year and a day; whoever wants more asks twice. */
export const PERIOD_DAYS_MAX = 367;
const DAY_MS = 86_400_000;

type Period = { readonly from: string; readonly to: string };
type Asked = { readonly [Name in 'day' | 'from' | 'to']?: string | undefined };

/** The period that a search is limited to; null for none, words for one that is none. */
export function readPeriod({ day, from, to }: Asked): Period | string | null {
  if (day === undefined && from === undefined && to === undefined) return null;
  if (day !== undefined)
    return from === undefined && to === undefined ? dayOf(day) : 'day stands alone, or from and to';
  if (from === undefined || to === undefined) return 'a period has a beginning and an end: from and to';
  const [begin, end] = [readTime(from), readTime(to)];
  if (begin === null || end === null) return 'from and to take ISO 8601 times';
  if (end <= begin) return 'the period ends before it begins';
  const isHuge = Date.parse(end) - Date.parse(begin) > PERIOD_DAYS_MAX * DAY_MS;
  return isHuge ? `the period is longer than ${PERIOD_DAYS_MAX} days` : { from: begin, to: end };
}

function dayOf(day: string): Period | string {
  const begin = isDay(day) ? readTime(day) : null;
  if (begin === null) return 'day takes a date, such as 2026-03-02';
  // Behind the last day there is none that a database could compare with.
  const end = new Date(Math.min(Date.parse(begin) + DAY_MS, LAST_MS));
  return { from: begin, to: end.toISOString() };
}

/** What to search for, or why that is not searched for, in words. */
export function filterOf({ day, from, to, ...equal }: SearchAsked): SearchFilter | string {
  const period = readPeriod({ day, from, to });
  if (typeof period === 'string') return period;
  const isNothing = period === null && Object.keys(equal).length === 0;
  if (isNothing) return 'say what to search for: memberId, day, from and to, staff, disposition or connectionId';
  const isBounded = period !== null || equal.memberId !== undefined || equal.connectionId !== undefined;
  if (equal.staff !== undefined && !isBounded) return 'a search for staff needs a member or a period as well';
  return { ...equal, ...period };
}
