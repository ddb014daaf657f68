import { createBoundedMap } from '../../src/base/bounded-map.ts';
import type { CallRows } from '../ports.ts';
import type { Sqlite } from './driver.ts';
import { RESPONSE_COLUMNS, SESSION_COLUMNS } from './rows.ts';

/** The names of a pair of tables: the live ones, or those that a rebuild fills. */
export type Tables = { readonly sessions: string; readonly responses: string };

/** The tables that everybody reads. */
export const LIVE: Tables = { sessions: 'CallSessions', responses: 'CallResponses' };

const REMEMBERED_CALLS = 10_000;

/** Prepares the write of one call; to be used inside a transaction. A row never goes back to an older version. */
export function callWriter(db: Sqlite, { sessions, responses }: Tables): (call: CallRows) => void {
  const session = sessionWriter(db, sessions);
  const response = db.command(upsertResponse(responses));
  const count = db.number(`SELECT count(*) FROM ${responses} WHERE CallSessionId = ?`);
  const others = db.command(
    `DELETE FROM ${responses} WHERE CallSessionId = ? AND QuestionNumber NOT IN (SELECT value FROM json_each(?))`,
  );
  return ({ session: row, responses: rows }) => {
    const id = row.callSessionId;
    // Responses carry no version of their own: they are written exactly when their session's row is.
    if (session(row) === 0) return;
    for (const { responseId, questionNumber, response: text, recordedAt } of rows) {
      response.run(responseId, id, questionNumber, text, recordedAt);
    }
    // All of them are there now. A call mostly keeps its answers, and counting costs less than looking for others.
    if (count(id) === rows.length) return;
    others.run(id, JSON.stringify(rows.map((answer) => answer.questionNumber)));
  };
}

/**
 * Most writes of a call change how it stands, or nothing but its time. SQLite writes the entries of every index anew that has a
 * column of the SET, though its value stays: so only those columns are named that the last write leaves in doubt. What was
 * remembered wrongly matches no row, and the whole row is written.
 */
function sessionWriter(db: Sqlite, table: string): (row: CallRows['session']) => number {
  const touch = db.command(updateSession(table, []));
  const move = db.command(updateSession(table, ['Status', 'Disposition']));
  const whole = db.command(upsertSession(table));
  const stood = createBoundedMap<string>(REMEMBERED_CALLS);
  return (row) => {
    const ids = [row.callSessionId, row.memberId, row.callConnectionId, row.correlationId, row.serverCallId] as const;
    const state = [row.status, row.disposition, row.questionnaire, row.createdAt, row.updatedAt, row.version] as const;
    const [before, now] = [stood.get(row.callSessionId), `${row.status} ${row.disposition}`];
    if (before !== now) stood.set(row.callSessionId, now);
    const known = before === now ? touch : move;
    if (before !== undefined && known.run(...ids, ...state) > 0) return 1;
    return whole.run(...ids, ...state);
  };
}

/** Changes its time and version, and `moved`, of a row that is the same in all else. The values are those of the whole row. */
function updateSession(table: string, moved: readonly string[]): string {
  const values = SESSION_COLUMNS.split(', ').map((name, index) => ({ name, value: `?${index + 1}` }));
  const isSet = ({ name }: { readonly name: string }) => [...moved, 'UpdatedAt', 'Version'].includes(name);
  const set = values.filter(isSet).map(({ name, value }) => `${name} = ${value}`);
  const same = values.filter((column) => !isSet(column)).map(({ name, value }) => `${name} IS ${value}`);
  return `UPDATE ${table} SET ${set.join(', ')} WHERE ${same.join(' AND ')} AND Version < ?${values.length}`;
}

function upsertSession(table: string): string {
  const columns = SESSION_COLUMNS.split(', ').slice(1);
  return `
    INSERT INTO ${table} (${SESSION_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (CallSessionId) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}
    WHERE excluded.Version > Version`;
}

// Most writes of a call repeat the answers of the write before; a row that would stay the same is not touched.
function upsertResponse(table: string): string {
  return `
    INSERT INTO ${table} (${RESPONSE_COLUMNS}) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (CallSessionId, QuestionNumber)
    DO UPDATE SET ResponseId = excluded.ResponseId, Response = excluded.Response, RecordedAt = excluded.RecordedAt
    WHERE (excluded.ResponseId, excluded.Response, excluded.RecordedAt) IS NOT (ResponseId, Response, RecordedAt)`;
}
