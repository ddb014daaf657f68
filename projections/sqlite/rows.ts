import type { CallStatus } from '../../src/domain/call/call.ts';
import type { Disposition } from '../../src/domain/call/disposition.ts';
import type { CallResponseRow, CallRows, CallSessionRow } from '../ports.ts';
import type { Sqlite } from './driver.ts';

/** A row of CallSessions as SQLite gives it, in the order of SESSION_COLUMNS. */
export type SessionTuple = readonly [
  callSessionId: string,
  memberId: string,
  callConnectionId: string | null,
  correlationId: string | null,
  serverCallId: string | null,
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
  'CallSessionId, MemberId, CallConnectionId, CorrelationId, ServerCallId, Status, Disposition, Questionnaire, ' +
  'CreatedAt, UpdatedAt, Version';

/** The columns of a response. */
export const RESPONSE_COLUMNS = 'ResponseId, CallSessionId, QuestionNumber, Response, RecordedAt';

/** A session and its responses as JSON. */
export type CallTuple = readonly [...SessionTuple, responses: string];

// The responses come along as JSON: one statement takes half the time of two, and shows one moment of the file.
/** The columns of a whole call of `CallSessions S`, in the order of its tuple. */
export const CALL_COLUMNS = `${SESSION_COLUMNS.replaceAll(/\b(?=[A-Z][a-z])/g, 'S.')}, (
  SELECT json_group_array(json_array(ResponseId, QuestionNumber, Response, RecordedAt))
  FROM (SELECT * FROM CallResponses R WHERE R.CallSessionId = S.CallSessionId ORDER BY QuestionNumber)
)`;

/** Reads one whole call by a condition on `S`. */
export function callReader(db: Sqlite, condition: string): (value: string) => CallRows | null {
  const call = db.query<CallTuple>(`SELECT ${CALL_COLUMNS} FROM CallSessions S WHERE ${condition}`);
  return (value) => {
    const found = call.first(value);
    return found ? callRows(found) : null;
  };
}

/** The rows of a call's tuple, whatever comes after it. */
export function callRows(row: readonly [...CallTuple, ...unknown[]]): CallRows {
  const callSessionId = row[0];
  const json = row[11];
  const responses = json === '[]' ? [] : (JSON.parse(json) as ResponseTuple[]);
  return { session: sessionRow(row), responses: responses.map((response) => responseRow(callSessionId, response)) };
}

/** The row of a session's tuple, whatever comes after it. */
export function sessionRow(row: readonly [...SessionTuple, ...unknown[]]): CallSessionRow {
  return {
    callSessionId: row[0],
    memberId: row[1],
    callConnectionId: row[2],
    correlationId: row[3],
    serverCallId: row[4],
    status: row[5],
    disposition: row[6],
    questionnaire: row[7],
    createdAt: row[8],
    updatedAt: row[9],
    version: row[10],
  };
}

function responseRow(callSessionId: string, row: ResponseTuple): CallResponseRow {
  return { responseId: row[0], callSessionId, questionNumber: row[1], response: row[2], recordedAt: row[3] };
}
