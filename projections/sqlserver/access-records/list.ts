import { type AccessFilter, type AccessPage, callSubject, memberSubject, nameOfActor } from '../../access.ts';
import type { SqlParameters } from '../driver.ts';
import type { TableNames } from '../names.ts';
import { ACCESS_ROW } from './columns.ts';

type Condition = readonly [name: string, sql: string, value: string];

/** A page: by subject where one is given, else by name, by who reviews, or by time; each has an index in the page's order. */
export function accessPage({ access }: TableNames, { filter, before, limit }: AccessPage) {
  const [first, second] = subjectsIn(filter);
  const id = first === undefined ? 'A.RecordId' : 'J.RecordId';
  const wanted: Condition[] = [
    ...(first === undefined ? [] : [['subject', 'J.Subject = @subject', first] as const]),
    ...(second === undefined ? [] : [['also', alsoOf(access.subjects), second] as const]),
    ...conditionsOn(filter),
    ...rangeOf(filter, before, id),
  ];
  const from =
    first === undefined
      ? `${access.records} A`
      : `${access.subjects} J JOIN ${access.records} A ON A.RecordId = J.RecordId`;
  const where = [...(filter.byCompliance ? ['A.OfCompliance = 1'] : []), ...wanted.map(([, sql]) => sql)];
  const parameters: SqlParameters = { ...Object.fromEntries(wanted.map(([name, , value]) => [name, value])), limit };
  const text = `SELECT TOP (@limit) ${ACCESS_ROW} FROM ${from} ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`} ORDER BY ${id} DESC`;
  return { text, parameters };
}

function alsoOf(subjects: string): string {
  return `EXISTS (SELECT 1 FROM ${subjects} K WHERE K.Subject = @also AND K.RecordId = J.RecordId)`;
}

function subjectsIn({ member, call }: AccessFilter): string[] {
  return [...(call === undefined ? [] : [callSubject(call)]), ...(member === undefined ? [] : [memberSubject(member)])];
}

function conditionsOn({ actor }: AccessFilter): Condition[] {
  if (actor === undefined) return [];
  const byName: Condition = ['name', 'A.Name = @name', nameOfActor(actor)];
  return actor.includes(':') ? [byName, ['actor', 'A.Actor = @actor', actor]] : [byName];
}

function rangeOf({ from, to }: AccessFilter, before: string | undefined, id: string): Condition[] {
  const range: Condition[] = [];
  // A recordId begins with its time.
  if (from !== undefined) range.push(['from', `${id} >= @from`, from]);
  if (to !== undefined) range.push(['to', `${id} < @to`, to]);
  if (before !== undefined) range.push(['before', `${id} < @before`, before]);
  return range;
}
