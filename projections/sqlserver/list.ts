import type { CallFilter, CallPage } from '../ports.ts';
import { EXACT, sqlTime } from './columns.ts';
import type { SqlParameters } from './driver.ts';
import type { TableNames } from './names.ts';
import { SESSION } from './rows.ts';

type Condition = readonly [name: string, sql: string, value: string];
type Order = 'ASC' | 'DESC';

/** The query for a page. Each is read in its own order from one index, so that it takes as long among a million as among ten. */
export function listPage(tables: TableNames, page: CallPage): { text: string; parameters: SqlParameters } {
  const { filter, limit } = page;
  const isOfMember = filter.memberId !== undefined;
  const kinds = kindOf(filter, isOfMember ? 'S' : 'K');
  const calls = within(page);
  // The rows nearest to where the page begins or ends.
  const order = page.before === undefined ? 'DESC' : 'ASC';
  // One member's calls are few.
  const member: Condition[] = isOfMember ? [['memberId', 'S.MemberId = @memberId', filter.memberId]] : [];
  const text =
    isOfMember || kinds.length === 0
      ? inOrder(
          tables,
          sqlOf([...member, ...(isOfMember ? kinds : []), ...calls]),
          isOfMember ? '' : idsWithin(tables, filter),
          order,
        )
      : byKind(tables, filter, { kinds: sqlOf(kinds), calls: sqlOf(calls), order });
  const used = [...member, ...kinds, ...calls];
  return { text, parameters: { ...Object.fromEntries(used.map(([name, , value]) => [name, value])), limit } };
}

function inOrder({ live }: TableNames, where: readonly string[], ids: string, order: Order): string {
  const all = [...where, ...(ids === '' ? [] : [ids])];
  return `SELECT TOP (@limit) ${SESSION} FROM ${live.sessions} S ${whereOf(all)} ORDER BY S.CallSessionId ${order}`;
}

type OfKinds = { readonly kinds: readonly string[]; readonly calls: readonly string[]; readonly order: Order };

/**
 * Asks each kind of call that there is for its newest, and takes the newest of those. So nothing is gone through for what it is
 * not, however few there are, and however many are asked for at once. Open calls apart: what is NULL equals nothing.
 */
function byKind(tables: TableNames, filter: CallFilter, { kinds, calls, order }: OfKinds): string {
  const { live, counted } = tables;
  const ids = idsWithin(tables, filter);
  const isOfScript = filter.questionnaire !== undefined;
  const script = isOfScript ? ['S.Questionnaire = K.Questionnaire'] : [];
  const kind = isOfScript ? 'Status, Disposition, Questionnaire' : 'Status, Disposition';
  const newest = (disposition: string): string => {
    const where = [disposition, 'S.Status = K.Status', ...script, ...calls, ...(ids === '' ? [] : [ids])];
    return `SELECT N.CallSessionId FROM (SELECT DISTINCT ${kind} FROM ${counted.kinds} K ${whereOf(kinds)}) K
CROSS APPLY (SELECT TOP (@limit) S.CallSessionId FROM ${live.sessions} S ${whereOf(where)} ORDER BY S.CallSessionId ${order}) N`;
  };
  return `SELECT ${SESSION} FROM (
SELECT TOP (@limit) CallSessionId FROM (
${newest('S.Disposition = K.Disposition')}
UNION ALL
${newest("K.Disposition = N'' AND S.Disposition IS NULL")}
) F ORDER BY CallSessionId ${order}
) P JOIN ${live.sessions} S ON S.CallSessionId = P.CallSessionId ORDER BY S.CallSessionId ${order}`;
}

/** What a call must be of, by the columns of a call or of a kind; of a kind, '' is the disposition of open calls. */
function kindOf({ status, disposition, questionnaire }: CallFilter, alias: 'S' | 'K'): Condition[] {
  return [
    ...oneOf('status', `${alias}.Status`, status),
    ...oneOf('disposition', `${alias}.Disposition`, disposition),
    ...oneOf('questionnaire', `${alias}.Questionnaire`, questionnaire),
  ];
}

/** One value, or a list in one parameter, so that each text stays the same however many there are. */
function oneOf(name: string, column: string, wanted: string | readonly string[] | undefined): Condition[] {
  if (wanted === undefined) return [];
  if (typeof wanted === 'string') return [[name, `${column} = @${name}`, wanted]];
  // What OPENJSON gives has a collation that may not fit the column's.
  return [[name, `${column} IN (SELECT value ${EXACT} FROM OPENJSON(@${name}))`, JSON.stringify(wanted)]];
}

function within({ filter: { from, to }, after, before }: CallPage): Condition[] {
  const found: Condition[] = [];
  if (after !== undefined) found.push(['after', 'S.CallSessionId < @after', after]);
  if (before !== undefined) found.push(['before', 'S.CallSessionId > @before', before]);
  if (from !== undefined) found.push(['from', 'S.CreatedAt >= CAST(@from AS DATETIME2(3))', sqlTime(from)]);
  if (to !== undefined) found.push(['to', 'S.CreatedAt < CAST(@to AS DATETIME2(3))', sqlTime(to)]);
  return found;
}

/** Ids are nearly in the order of time: those of its hours are all that can lie in a time. */
function idsWithin({ counted: { hours } }: TableNames, filter: CallFilter): string {
  const range = hoursOf(filter, 'H.Hour');
  if (range.length === 0) return '';
  const where = whereOf(range);
  const first = `S.CallSessionId >= (SELECT MIN(H.FirstId) FROM ${hours} H ${where})`;
  const last = `S.CallSessionId <= (SELECT MAX(H.LastId) FROM ${hours} H ${where})`;
  return [...(filter.from === undefined ? [] : [first]), ...(filter.to === undefined ? [] : [last])].join(' AND ');
}

function hoursOf({ from, to }: CallFilter, hour: string): string[] {
  return [
    ...(from === undefined ? [] : [`${hour} >= DATEADD(HOUR, -1, CAST(@from AS DATETIME2(3)))`]),
    ...(to === undefined ? [] : [`${hour} < CAST(@to AS DATETIME2(3))`]),
  ];
}

function sqlOf(conditions: readonly Condition[]): string[] {
  return conditions.map(([, sql]) => sql);
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}
