import type { CallResponseRow, CallRows, CallSessionRow } from './ports.ts';

/** Whether a value can be what a column holds. */
export type Holds = (value: unknown) => boolean;

export const text: Holds = (value) => typeof value === 'string';
export const textOrNull: Holds = (value) => value === null || typeof value === 'string';
export const count: Holds = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
/** ISO 8601 UTC to the millisecond, as every entry has it. Rows are found and sorted by it. */
export const time: Holds = (value) => typeof value === 'string' && TIME.test(value);
// By itself enough for Date.parse to take it, which would cost more than all the other checks of a row.
const TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** What the columns of a session hold. Words such as the status may be those of another release, and are not looked at. */
export const SESSION: Readonly<Record<keyof CallSessionRow, Holds>> = {
  callSessionId: text,
  memberId: text,
  callConnectionId: textOrNull,
  correlationId: textOrNull,
  serverCallId: textOrNull,
  status: text,
  disposition: textOrNull,
  questionnaire: text,
  createdAt: time,
  updatedAt: time,
  version: count,
};

/** What the columns of a response hold. */
export const RESPONSE: Readonly<Record<Exclude<keyof CallResponseRow, 'callSessionId'>, Holds>> = {
  responseId: text,
  questionNumber: count,
  response: text,
  recordedAt: time,
};

/** The first column of a call's rows that cannot hold what it is given, null when all can. */
export function flawOf({ session, responses }: CallRows): string | null {
  const flaw = flawIn(SESSION, session);
  if (flaw) return flaw;
  for (const response of responses) {
    const found = flawIn(RESPONSE, response);
    if (found) return found;
  }
  return null;
}

function flawIn(columns: Readonly<Record<string, Holds>>, row: object): string | null {
  const values = row as Readonly<Record<string, unknown>>;
  for (const name in columns) if (!columns[name]?.(values[name])) return name;
  return null;
}
