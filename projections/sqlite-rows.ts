import type { CallStatus } from '../src/domain/call.ts';
import type { Disposition } from '../src/domain/disposition.ts';
import type { CallResponseRow, CallRows, CallSessionRow } from './ports.ts';
import type { Sqlite } from './sqlite-driver.ts';

/** A row of CallSessions as SQLite gives it, in the order of SESSION_COLUMNS. */
export type SessionTuple = readonly [
  callSessionId: string,
  memberId: string,
  callConnectionId: string | null,
  status: CallStatus,
  disposition: Disposition | null,
  questionnaire: string,
  createdAt: string,
  updatedAt: string,
  version: number,
];

type ResponseTuple = [responseId: string, questionNumber: number, response: string, recordedAt: string];

/** The columns of a session, in the order of its tuple. */
export const SESSION_COLUMNS =
  'CallSessionId, MemberId, CallConnectionId, Status, Disposition, Questionnaire, CreatedAt, UpdatedAt, Version';

/** The columns of a response. */
export const RESPONSE_COLUMNS = 'ResponseId, CallSessionId, QuestionNumber, Response, RecordedAt';

// The responses come along as JSON: one statement takes half the time of two, and shows one moment of the file.
const CALL = `
  SELECT ${SESSION_COLUMNS}, (
    SELECT json_group_array(json_array(ResponseId, QuestionNumber, Response, RecordedAt))
    FROM (SELECT * FROM CallResponses R WHERE R.CallSessionId = S.CallSessionId ORDER BY QuestionNumber)
  )
  FROM CallSessions S`;

/** Reads one whole call by a condition on `S`. */
export function callReader(db: Sqlite, condition: string): (value: string) => CallRows | null {
  const call = db.query<[...SessionTuple, string]>(`${CALL} WHERE ${condition}`);
  return (value) => {
    const found = call.first(value);
    return found ? callRows(found) : null;
  };
}

function callRows(row: readonly [...SessionTuple, string]): CallRows {
  const callSessionId = row[0];
  const json = row[9];
  const responses = json === '[]' ? [] : (JSON.parse(json) as ResponseTuple[]);
  return { session: sessionRow(row), responses: responses.map((response) => responseRow(callSessionId, response)) };
}

/** The row of a session's tuple, whatever comes after it. */
export function sessionRow(row: readonly [...SessionTuple, ...unknown[]]): CallSessionRow {
  return {
    callSessionId: row[0],
    memberId: row[1],
    callConnectionId: row[2],
    status: row[3],
    disposition: row[4],
    questionnaire: row[5],
    createdAt: row[6],
    updatedAt: row[7],
    version: row[8],
  };
}

function responseRow(callSessionId: string, row: ResponseTuple): CallResponseRow {
  return { responseId: row[0], callSessionId, questionNumber: row[1], response: row[2], recordedAt: row[3] };
}
