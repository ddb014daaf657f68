import type { CallRows } from '../ports.ts';
import type { Sqlite } from './driver.ts';
import { RESPONSE_COLUMNS, SESSION_COLUMNS } from './rows.ts';

/** The names of a pair of tables: the live ones, or those that a rebuild fills. */
export type Tables = { readonly sessions: string; readonly responses: string };

/** The tables that everybody reads. */
export const LIVE: Tables = { sessions: 'CallSessions', responses: 'CallResponses' };

/** Prepares the write of one call; to be used inside a transaction. A row never goes back to an older version. */
export function callWriter(db: Sqlite, { sessions, responses }: Tables): (call: CallRows) => void {
  const session = db.command(upsertSession(sessions));
  const response = db.command(upsertResponse(responses));
  const count = db.number(`SELECT count(*) FROM ${responses} WHERE CallSessionId = ?`);
  const others = db.command(
    `DELETE FROM ${responses} WHERE CallSessionId = ? AND QuestionNumber NOT IN (SELECT value FROM json_each(?))`,
  );
  return ({ session: row, responses: rows }) => {
    const { callSessionId: id, memberId, callConnectionId, correlationId, serverCallId } = row;
    const ids = [id, memberId, callConnectionId, correlationId, serverCallId] as const;
    const state = [row.status, row.disposition, row.questionnaire, row.createdAt, row.updatedAt, row.version] as const;
    // Responses carry no version of their own: they are written exactly when their session's row is.
    if (session.run(...ids, ...state) === 0) return;
    for (const { responseId, questionNumber, response: text, recordedAt } of rows) {
      response.run(responseId, id, questionNumber, text, recordedAt);
    }
    // All of them are there now. A call mostly keeps its answers, and counting costs less than looking for others.
    if (count(id) === rows.length) return;
    others.run(id, JSON.stringify(rows.map((answer) => answer.questionNumber)));
  };
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
