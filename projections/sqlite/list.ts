import type { CallFilter, CallPage, CallSessionRow } from '../ports.ts';
import type { Query, Sqlite } from './driver.ts';
import { SESSIONS, type SessionTuple, sessionRow } from './rows.ts';

type Condition = readonly [sql: string, ...values: string[]];

/** Prepares the list of sessions, newest first. */
export function sessionLister(db: Sqlite): (page: CallPage) => readonly CallSessionRow[] {
  // One statement for each set of filters in use: there are at most 144, and each can have the index that fits it.
  const queries = new Map<string, Query<SessionTuple>>();
  return ({ filter, after, limit }) => {
    const used = conditions(filter, after);
    const where = used.length === 0 ? '' : `WHERE ${used.map(([sql]) => sql).join(' AND ')}`;
    let query = queries.get(where);
    if (!query) {
      query = db.query<SessionTuple>(SESSIONS, `CallSessions ${where} ORDER BY CallSessionId DESC LIMIT ?`);
      queries.set(where, query);
    }
    const rows = query.all(...used.flatMap(([, ...values]) => values), limit).map(sessionRow);
    // Whoever pages on from a place that does not come after the last one goes round in a circle.
    if (!isDescending(rows, after)) throw db.corrupt('rows of CallSessions are out of order');
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

function conditions({ memberId, status, disposition, from, to }: CallFilter, after: string | undefined): Condition[] {
  const found: Condition[] = [];
  const also = (sql: string, value: string | undefined): void => {
    if (value !== undefined) found.push([sql, value]);
  };
  also('MemberId = ?', memberId);
  const oneOf = (column: string, wanted: string | readonly string[] | undefined): void => {
    // A list as one value: a statement for every number of them would be too many to keep.
    const isList = typeof wanted === 'object';
    also(
      isList ? `${column} IN (SELECT value FROM json_each(?))` : `${column} = ?`,
      isList ? JSON.stringify(wanted) : wanted,
    );
  };
  oneOf('Status', status);
  oneOf('Disposition', disposition);
  also('CallSessionId < ?', after);
  // The plus keeps SQLite from finding the rows by CreatedAt, all of which it would then sort for every page.
  also('+CreatedAt >= ?', from);
  also('+CreatedAt < ?', to);
  return memberId === undefined ? [...found, ...idRange(from, to)] : found;
}

/**
 * Lets SQLite go by id, which is nearly the order of time, and yet begin and end where the range does: the first and
 * the last id of the range come from the index alone. One member's few calls are found faster without.
 */
function idRange(from: string | undefined, to: string | undefined): Condition[] {
  const values = [from, to].filter((value) => value !== undefined);
  const range = [from === undefined ? '' : 'CreatedAt >= ?', to === undefined ? '' : 'CreatedAt < ?'].filter(Boolean);
  const ids = `FROM CallSessions INDEXED BY CallSessions_CreatedAt WHERE ${range.join(' AND ')}`;
  const found: Condition[] = [];
  if (from !== undefined) found.push([`CallSessionId >= (SELECT min(CallSessionId) ${ids})`, ...values]);
  if (to !== undefined) found.push([`CallSessionId <= (SELECT max(CallSessionId) ${ids})`, ...values]);
  return found;
}
