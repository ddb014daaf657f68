import { type AccessFilter, type AccessPage, callSubject, memberSubject, nameOfActor } from '../../access.ts';
import type { SqlValue } from '../reading.ts';

type Condition = readonly [sql: string, value: string];

/** What comes behind FROM, with the values for it. */
export type AccessQuery = { readonly rest: string; readonly values: readonly SqlValue[] };

/**
 * The query for a page. Each goes by one index that has the order of the page, so that it reads as many rows as it gives:
 * by subject, by name, by who reviews, or by time alone. A plus keeps SQLite from taking another index.
 */
export function accessQuery({ filter, before, limit }: AccessPage): AccessQuery {
  const subjects = subjectsIn(filter);
  const [first, ...others] = subjects;
  const id = first === undefined ? 'A.RecordId' : 'J.RecordId';
  const by: Condition[] = [
    ...(first === undefined ? [] : [['J.Subject = ?', first] as const]),
    ...others.map((subject) => [SUBJECT_TOO, subject] as const),
    ...conditionsOn(filter, first !== undefined),
    ...rangeOf(filter, before).map(([operator, value]) => [`${id} ${operator} ?`, value] as const),
  ];
  const isByReview = first === undefined && filter.actor === undefined;
  const review = filter.byCompliance ? [`${isByReview ? '' : '+'}A.OfCompliance = 1`] : [];
  const all = [...review, ...by.map(([sql]) => sql)];
  const where = all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`;
  // CROSS: the subject is gone by first, whatever SQLite makes of it.
  const from =
    first === undefined ? 'AccessRecords A' : 'AccessSubjects J CROSS JOIN AccessRecords A ON A.RecordId = J.RecordId';
  return {
    rest: `${from} ${where} ORDER BY ${id} DESC LIMIT ?`,
    values: [...by.map(([, value]) => value), limit],
  };
}

const SUBJECT_TOO = 'EXISTS (SELECT 1 FROM AccessSubjects K WHERE K.Subject = ? AND K.RecordId = J.RecordId)';

function subjectsIn({ member, call }: AccessFilter): string[] {
  return [...(call === undefined ? [] : [callSubject(call)]), ...(member === undefined ? [] : [memberSubject(member)])];
}

function conditionsOn({ actor }: AccessFilter, isFound: boolean): Condition[] {
  const found: Condition[] = [];
  if (actor !== undefined) {
    found.push([`${isFound ? '+' : ''}A.Name = ?`, nameOfActor(actor)]);
    if (actor.includes(':')) found.push(['A.Actor = ?', actor]);
  }
  return found;
}

function rangeOf({ from, to }: AccessFilter, before: string | undefined): [operator: string, value: string][] {
  const range: [string, string][] = [];
  // A recordId begins with its time.
  if (from !== undefined) range.push(['>=', from]);
  if (to !== undefined) range.push(['<', to]);
  if (before !== undefined) range.push(['<', before]);
  return range;
}
