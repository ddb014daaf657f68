import type { CallFilter, CallPage, CallSessionRow } from '../ports.ts';
import { hourOf } from './counted.ts';
import type { Query, Sqlite } from './driver.ts';
import type { SqlValue } from './reading.ts';
import { SESSIONS_S, type SessionTuple, sessionRow } from './rows.ts';

type Condition = readonly [sql: string, ...values: SqlValue[]];

/** The query for a page. */
export type ListQuery = { readonly rest: string; readonly values: readonly SqlValue[] };

/** Prepares the list of sessions, newest first. */
export function sessionLister(db: Sqlite): (page: CallPage) => readonly CallSessionRow[] {
  // One statement for each set of filters in use: there are some hundreds at most.
  const queries = new Map<string, Query<SessionTuple>>();
  return (page) => {
    const { rest, values } = listQuery(page);
    let query = queries.get(rest);
    if (!query) {
      query = db.query<SessionTuple>(SESSIONS_S, rest);
      queries.set(rest, query);
    }
    const rows = query.all(...values).map(sessionRow);
    if (page.before !== undefined) rows.reverse();
    // Whoever pages on from a place that does not come after the last one goes round in a circle.
    if (!isDescending(rows, page.after)) throw db.corrupt('rows of CallSessions are out of order');
    return rows;
  };
}

function isDescending(rows: readonly CallSessionRow[], after: string | undefined): boolean {
  let before = after;
  for (const { callSessionId } of rows) {
    if (before !== undefined && callSessionId >= before) return false;
    before = callSessionId;
  }
  return true;
}

/** Each page is read in its own order from one index, so that it takes as long among a million as among ten. */
export function listQuery(page: CallPage): ListQuery {
  const { filter } = page;
  // One member's calls are few.
  if (filter.memberId !== undefined) {
    const calls: Condition[] = [
      ['S.MemberId = ?', filter.memberId],
      ...kindOf(filter, 'S'),
      ...within(page, 'S', false),
    ];
    return inOrder('CallSessions S INDEXED BY CallSessions_MemberId', calls, page);
  }
  const kinds = kindOf(filter, 'K');
  if (kinds.length === 0) return inOrder('CallSessions S', within(page, 'S', true), page);
  return byKind(kinds, within(page, 'T', true), page);
}

/** The rows nearest to where a page begins or ends. */
function order({ before }: CallPage): 'ASC' | 'DESC' {
  return before === undefined ? 'DESC' : 'ASC';
}

function inOrder(from: string, conditions: readonly Condition[], page: CallPage): ListQuery {
  const where = conditions.length === 0 ? '' : `WHERE ${sqlOf(conditions)}`;
  return {
    rest: `${from} ${where} ORDER BY S.CallSessionId ${order(page)} LIMIT ?`,
    values: [...valuesOf(conditions), page.limit],
  };
}

/**
 * Asks each kind of call that there is for its newest, and takes the newest of those. So nothing is gone through for what it is
 * not, however few there are, and however many are asked for at once.
 */
function byKind(kinds: readonly Condition[], calls: readonly Condition[], page: CallPage): ListQuery {
  const where = sqlOf(kinds);
  const isOfScript = where.includes('K.Questionnaire');
  const newest = `SELECT T.CallSessionId FROM CallSessions T
    INDEXED BY ${isOfScript ? 'CallSessions_Kind' : 'CallSessions_Standing'}
    WHERE T.Disposition IS nullif(K.Disposition, '') AND T.Status = K.Status
    ${isOfScript ? 'AND T.Questionnaire = K.Questionnaire' : ''}
    ${calls.map(([sql]) => `AND ${sql}`).join(' ')} ORDER BY T.CallSessionId ${order(page)} LIMIT ?`;
  const all = isOfScript
    ? `SELECT * FROM CallKinds K WHERE ${where}`
    : `SELECT DISTINCT Status, Disposition FROM CallKinds K WHERE ${where}`;
  return {
    rest: `(${all}) K CROSS JOIN CallSessions S ON S.CallSessionId IN (${newest}) ORDER BY S.CallSessionId ${order(page)} LIMIT ?`,
    values: [...valuesOf(kinds), ...valuesOf(calls), page.limit, page.limit],
  };
}

/** What a call must be of, by the columns of a call or of a kind; of a kind, '' is the disposition of open calls. */
function kindOf({ status, disposition, questionnaire }: CallFilter, alias: 'S' | 'K'): Condition[] {
  return [
    ...oneOf(`${alias}.Status`, status),
    ...oneOf(`${alias}.Disposition`, disposition),
    ...oneOf(`${alias}.Questionnaire`, questionnaire),
  ];
}

function oneOf(column: string, wanted: string | readonly string[] | undefined): Condition[] {
  if (wanted === undefined) return [];
  if (typeof wanted === 'string') return [[`${column} = ?`, wanted]];
  // A list as one value: a statement for every number of them would be too many to keep.
  return [[`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(wanted)]];
}

/** @param byId whether to go by id, which is nearly the order of time, and yet to begin and end where the time does */
function within({ filter, after, before }: CallPage, alias: string, byId: boolean): Condition[] {
  const { from, to } = filter;
  const found: Condition[] = [];
  // The plus keeps SQLite from finding the rows by CreatedAt, all of which it would then sort for every page.
  if (from !== undefined) found.push([`+${alias}.CreatedAt >= ?`, from]);
  if (to !== undefined) found.push([`+${alias}.CreatedAt < ?`, to]);
  if (after !== undefined) found.push([`${byId && to !== undefined ? '+' : ''}${alias}.CallSessionId < ?`, after]);
  if (before !== undefined) found.push([`${byId && from !== undefined ? '+' : ''}${alias}.CallSessionId > ?`, before]);
  if (!byId) return found;
  const [where, ...values] = hours(from, to);
  if (from !== undefined) {
    const first = `(SELECT min(FirstId) FROM CallHours WHERE ${where})`;
    if (before === undefined) found.push([`${alias}.CallSessionId >= ${first}`, ...values]);
    else found.push([`${alias}.CallSessionId >= max(?, ${first})`, before, ...values]);
  }
  if (to !== undefined) {
    const last = `(SELECT max(LastId) FROM CallHours WHERE ${where})`;
    // Of two limits SQLite goes by the first only.
    if (after === undefined) found.push([`${alias}.CallSessionId <= ${last}`, ...values]);
    else found.push([`${alias}.CallSessionId <= min(?, ${last})`, after, ...values]);
  }
  return found;
}

function hours(from: string | undefined, to: string | undefined): Condition {
  const range = [from === undefined ? '' : 'Hour >= ?', to === undefined ? '' : 'Hour <= ?'].filter(Boolean);
  return [range.join(' AND '), ...[from, to].filter((time) => time !== undefined).map(hourOf)];
}

function sqlOf(conditions: readonly Condition[]): string {
  return conditions.map(([sql]) => sql).join(' AND ');
}

function valuesOf(conditions: readonly Condition[]): SqlValue[] {
  return conditions.flatMap(([, ...values]) => values);
}
