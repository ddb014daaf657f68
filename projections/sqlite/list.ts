import type { CallFilter, CallPage, CallSessionRow } from '../ports.ts';
import type { Query, Sqlite } from './driver.ts';
import { SESSION_COLUMNS, type SessionTuple, sessionRow } from './rows.ts';

type Condition = readonly [sql: string, ...values: string[]];

/** Prepares the list of sessions, newest first. */
export function sessionLister(db: Sqlite): (page: CallPage) => readonly CallSessionRow[] {
  // One statement for each set of filters in use: there are at most 64, and each can have the index that fits it.
  const queries = new Map<string, Query<SessionTuple>>();
  return ({ filter, after, limit }) => {
    const used = conditions(filter, after);
    const where = used.length === 0 ? '' : `WHERE ${used.map(([sql]) => sql).join(' AND ')}`;
    let query = queries.get(where);
    if (!query) {
      const sql = `SELECT ${SESSION_COLUMNS} FROM CallSessions ${where} ORDER BY CallSessionId DESC LIMIT ?`;
      query = db.query<SessionTuple>(sql);
      queries.set(where, query);
    }
    return query.all(...used.flatMap(([, ...values]) => values), limit).map(sessionRow);
  };
}

function conditions({ memberId, status, disposition, from, to }: CallFilter, after: string | undefined): Condition[] {
  const found: Condition[] = [];
  const also = (sql: string, value: string | undefined): void => {
    if (value !== undefined) found.push([sql, value]);
  };
  also('MemberId = ?', memberId);
  also('Status = ?', status);
  also('Disposition = ?', disposition);
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
