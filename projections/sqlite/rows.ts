import type { CallStatus } from '../../src/domain/call/call.ts';
import type { Disposition } from '../../src/domain/call/disposition.ts';
import { type Holds, RESPONSE, SESSION } from '../columns.ts';
import type { CallResponseRow, CallRows, CallSessionRow } from '../ports.ts';
import type { Sqlite } from './driver.ts';
import type { Column, Columns } from './reading.ts';

/** A row of CallSessions, in the order of SESSION_COLUMNS. */
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
export const SESSION_COLUMNS = Object.keys(SESSION).map(columnName).join(', ');

/** The columns of a response. */
export const RESPONSE_COLUMNS = 'ResponseId, CallSessionId, QuestionNumber, Response, RecordedAt';

/** A session and its responses. */
export type CallTuple = readonly [...SessionTuple, responses: readonly ResponseTuple[]];

const SESSIONS: Columns = {
  table: 'CallSessions',
  columns: Object.entries(SESSION).map(([name, holds]) => ({ sql: columnName(name), holds })),
};

/** How sessions of `CallSessions S` are read. */
export const SESSIONS_S: Columns = {
  table: 'CallSessions',
  columns: SESSIONS.columns.map(({ sql, holds }) => ({ sql: `S.${sql}`, holds })),
};

/** The ids of calls. */
export const CALL_IDS: Columns = { table: 'CallSessions', columns: SESSIONS.columns.slice(0, 1) };

/** The ids of calls and the versions that they show. */
export const VERSIONS: Columns = { table: 'CallSessions', columns: columnsOf('callSessionId', 'version') };

// The responses come along: one statement takes half the time of two, and shows one moment of the file.
const RESPONSES: Column = {
  sql: `json((
    SELECT json_group_array(json_array(ResponseId, QuestionNumber, Response, RecordedAt))
    FROM (SELECT * FROM CallResponses R WHERE R.CallSessionId = S.CallSessionId ORDER BY QuestionNumber)
  ))`,
  holds: (value) => Array.isArray(value) && value.every(isResponse),
};

/** How whole calls of `CallSessions S` are read. */
export const CALLS: Columns = {
  table: 'CallSessions',
  columns: [...SESSIONS_S.columns, RESPONSES],
};

/** Reads one whole call by a condition on `S`. */
export function callReader(db: Sqlite, condition: string): (...values: string[]) => CallRows | null {
  const call = db.query<CallTuple>(CALLS, `CallSessions S WHERE ${condition}`);
  return (...values) => {
    const found = call.first(...values);
    return found ? callRows(found) : null;
  };
}

/** Reads the whole calls of many ids at once. */
export function callsReader(db: Sqlite): (callSessionIds: readonly string[]) => CallRows[] {
  const calls = db.query<CallTuple>(CALLS, 'CallSessions S WHERE S.CallSessionId IN (SELECT value FROM json_each(?))');
  return (callSessionIds) => calls.all(JSON.stringify(callSessionIds)).map(callRows);
}

/** The rows of a call's tuple, whatever comes after it. */
export function callRows(row: readonly [...CallTuple, ...unknown[]]): CallRows {
  const callSessionId = row[0];
  return { session: sessionRow(row), responses: row[11].map((response) => responseRow(callSessionId, response)) };
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

const RESPONSE_HOLDS: readonly Holds[] = Object.values(RESPONSE);

function isResponse(row: unknown): boolean {
  return Array.isArray(row) && RESPONSE_HOLDS.every((holds, index) => holds(row[index]));
}

function columnsOf(...names: (keyof CallSessionRow)[]): Column[] {
  return names.map((name) => ({ sql: columnName(name), holds: SESSION[name] }));
}

function columnName(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
