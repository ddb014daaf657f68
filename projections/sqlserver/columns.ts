import { createHash } from 'node:crypto';
import type { CallResponseRow, CallRows, CallSessionRow } from '../ports.ts';

/** A column: its type, whether it may be NULL, and whether it is a list, kept as JSON. */
export type Column = {
  readonly name: string;
  readonly type: string;
  readonly nullable?: boolean;
  readonly isList?: boolean;
};

/**
 * Ids of other systems are told apart by every bit: the collation of a database mostly takes upper and lower case for one.
 * CallSessionId is our own, always lower case, and has a foreign key, which Babelfish cannot check on a column with a
 * collation of its own.
 */
export const EXACT = 'COLLATE Latin1_General_BIN2';

/** The columns of CallSessions. */
export const SESSION_COLUMNS: readonly Column[] = [
  { name: 'CallSessionId', type: 'NVARCHAR(64)' },
  { name: 'MemberId', type: `NVARCHAR(128) ${EXACT}` },
  { name: 'CallConnectionId', type: `NVARCHAR(256) ${EXACT}`, nullable: true },
  { name: 'CorrelationId', type: `NVARCHAR(256) ${EXACT}`, nullable: true },
  { name: 'ServerCallId', type: `NVARCHAR(1024) ${EXACT}`, nullable: true },
  // An index key has at most 1,700 bytes, which is less than a ServerCallId may have.
  { name: 'ServerCallKey', type: `NVARCHAR(32) ${EXACT}`, nullable: true },
  { name: 'Status', type: 'NVARCHAR(32)' },
  { name: 'Disposition', type: 'NVARCHAR(32)', nullable: true },
  { name: 'Questionnaire', type: 'NVARCHAR(256)' },
  { name: 'CreatedAt', type: 'DATETIME2(3)' },
  { name: 'UpdatedAt', type: 'DATETIME2(3)' },
  { name: 'Version', type: 'INT' },
];

/** The columns of CallResponses. */
export const RESPONSE_COLUMNS: readonly Column[] = [
  { name: 'ResponseId', type: 'NVARCHAR(80)' },
  { name: 'CallSessionId', type: 'NVARCHAR(64)' },
  { name: 'QuestionNumber', type: 'INT' },
  { name: 'Response', type: `NVARCHAR(400) ${EXACT}` },
  { name: 'RecordedAt', type: 'DATETIME2(3)' },
];

/** `A, B, C`, each behind the alias if there is one. */
export function names(columns: readonly Column[], alias = ''): string {
  return columns.map(({ name }) => (alias === '' ? name : `${alias}.${name}`)).join(', ');
}

/** `A NVARCHAR(64) NOT NULL, …`, as it stands in the making of a table. */
export function definitions(columns: readonly Column[]): string {
  return columns.map(({ name, type, nullable }) => `${name} ${type} ${nullable ? 'NULL' : 'NOT NULL'}`).join(', ');
}

/**
 * The columns of an OPENJSON over arrays of values. Texts are read whole, so that one that is too long is refused by the
 * table and not cut here.
 */
export function jsonColumns(columns: readonly Column[]): string {
  const given = ({ name, type, isList }: Column, index: number): string =>
    `${name} ${type.startsWith('NVARCHAR') ? 'NVARCHAR(MAX)' : type} '$[${index}]'${isList ? ' AS JSON' : ''}`;
  return columns.map(given).join(', ');
}

/** The values of a session, in the order of its columns. */
export function sessionValues(row: CallSessionRow): readonly (string | number | null)[] {
  const { callSessionId, memberId, callConnectionId, correlationId, serverCallId } = row;
  const ids = [callSessionId, memberId, callConnectionId, correlationId, serverCallId, serverCallKey(serverCallId)];
  const times = [sqlTime(row.createdAt), sqlTime(row.updatedAt)];
  return [...ids, row.status, row.disposition, row.questionnaire, ...times, row.version];
}

/** The values of a response, in the order of its columns. */
export function responseValues(row: CallResponseRow): readonly (string | number)[] {
  return [row.responseId, row.callSessionId, row.questionNumber, row.response, sqlTime(row.recordedAt)];
}

/** The newest version of each call; of two alike the first, as if they came one after the other. */
export function newestOfEach(calls: readonly CallRows[]): readonly CallRows[] {
  const newest = new Map<string, CallRows>();
  for (const call of calls) {
    const known = newest.get(call.session.callSessionId);
    if (!known || known.session.version < call.session.version) newest.set(call.session.callSessionId, call);
  }
  return [...newest.values()];
}

/** What a ServerCallId is found by. */
export function serverCallKey(serverCallId: string | null): string | null {
  return serverCallId === null ? null : createHash('sha256').update(serverCallId).digest('hex').slice(0, 32);
}

/** A time as DATETIME2 takes it: UTC without its Z, which SQL Server would otherwise convert and Babelfish refuse. */
export function sqlTime(iso: string): string {
  return new Date(iso).toISOString().slice(0, -1);
}
