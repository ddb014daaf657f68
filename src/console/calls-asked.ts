import type { CallFilter } from '../../projections/ports.ts';
import { isOneOf } from '../base/one-of.ts';
import { isDay, readTime } from '../base/times.ts';
import { dayStart, nextDay } from '../base/zone-days.ts';
import { CALL_STATUSES, type CallStatus } from '../domain/call/call.ts';
import { DISPOSITIONS, type Disposition } from '../domain/call/disposition.ts';

/**
 * What a list of calls is narrowed to, as the address has it; empty is no filter. `from` and `to` are days of the visitor's zone,
 * both included, or ISO 8601 times, of which the second is not.
 */
export type CallsAsked = {
  readonly memberId: string;
  readonly questionnaire: string;
  readonly from: string;
  readonly to: string;
  readonly status: readonly string[];
  readonly disposition: readonly string[];
};

type Query = Readonly<Record<string, unknown>>;

/** The filter in an address. Several values of a kind stand there one by one, or with commas between. */
export function readAsked(query: Query): CallsAsked {
  const [memberId, questionnaire, from, to] = ['memberId', 'questionnaire', 'from', 'to'].map((name) =>
    one(query, name),
  );
  return {
    memberId: memberId!,
    questionnaire: questionnaire!,
    from: from!,
    to: to!,
    status: several(query, 'status'),
    disposition: several(query, 'disposition'),
  };
}

function one(query: Query, name: string): string {
  const value = query[name];
  return typeof value === 'string' ? value.trim() : '';
}

function several(query: Query, name: string): string[] {
  const values = [query[name]].flat().filter((value) => typeof value === 'string');
  return [...new Set(values.flatMap((value) => value.split(',')).filter((value) => value !== ''))];
}

/** Ids are the plan's own, so they may be any text. */
const MEMBER_ID = /^[^\p{Cc}]{1,128}$/u;
const SCRIPT = /^[^\p{Cc}@]{1,100}@[^\p{Cc}@]{1,30}$/u;

/** The filter that is asked for, or why there is none such, in words. What cannot be read never shows everything. */
export function filterOf(asked: CallsAsked, zone: string): CallFilter | string {
  const { memberId, questionnaire, status, disposition } = asked;
  const [from, to] = [momentOf(asked.from, zone, 'from'), momentOf(asked.to, zone, 'to')];
  if (from === null || to === null) return 'A day is given as 2026-03-02, or as a whole time with its zone.';
  if (from !== '' && to !== '' && from >= to) return 'The time ends before it begins.';
  if (memberId !== '' && !MEMBER_ID.test(memberId)) return 'That can be nobody’s id.';
  if (questionnaire !== '' && !SCRIPT.test(questionnaire)) return 'A script is given as outreach@1: id and version.';
  if (!isStatuses(status)) return 'There is no such status.';
  if (!isDispositions(disposition)) return 'There is no such outcome.';
  return {
    ...(memberId !== '' && { memberId }),
    ...(questionnaire !== '' && { questionnaire }),
    ...(status.length > 0 && { status: oneOrAll(status) }),
    ...(disposition.length > 0 && { disposition: oneOrAll(disposition) }),
    ...(from !== '' && { from }),
    ...(to !== '' && { to }),
  };
}

function isStatuses(values: readonly string[]): values is readonly CallStatus[] {
  return values.every((value) => isOneOf(CALL_STATUSES, value));
}

function isDispositions(values: readonly string[]): values is readonly Disposition[] {
  return values.every((value) => isOneOf(DISPOSITIONS, value));
}

function oneOrAll<Value>(values: readonly Value[]): Value | readonly Value[] {
  return values.length === 1 ? values[0]! : values;
}

/** A moment, ISO 8601 UTC; empty for none, null for what is no time. */
function momentOf(text: string, zone: string, end: 'from' | 'to'): string | null {
  if (text === '') return '';
  if (!isDay(text)) return readTime(text);
  return dayStart(end === 'from' ? text : nextDay(text), zone);
}

/** Address of what is asked for, nothing else in it than ids and codes. @param also where a page begins */
export function addressOf(path: string, asked: CallsAsked, also: Readonly<Record<string, string>> = {}): string {
  const { status, disposition, ...single } = asked;
  const query = new URLSearchParams([
    ...Object.entries(single).filter(([, value]) => value !== ''),
    ...status.map((value) => ['status', value]),
    ...disposition.map((value) => ['disposition', value]),
    ...Object.entries(also),
  ]);
  return query.size === 0 ? path : `${path}?${query}`;
}
