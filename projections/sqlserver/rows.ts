import type { CallResponseRow, CallRows, CallSessionRow } from '../ports.ts';

/** A session as the driver gives it. */
export type SessionRecord = Omit<CallSessionRow, 'createdAt' | 'updatedAt'> & { createdAt: Date; updatedAt: Date };

/** A session beside one of its responses, or beside nulls when it has none. */
export type CallRecord = SessionRecord & {
  responseId: string | null;
  questionNumber: number;
  response: string;
  recordedAt: Date;
};

/** What to select of `CallSessions S` for a SessionRecord. */
export const SESSION = `S.CallSessionId AS callSessionId, S.MemberId AS memberId, S.CallConnectionId AS callConnectionId,
  S.CorrelationId AS correlationId, S.ServerCallId AS serverCallId, S.Status AS status, S.Disposition AS disposition,
  S.Questionnaire AS questionnaire, S.CreatedAt AS createdAt, S.UpdatedAt AS updatedAt, S.Version AS version`;

/** What to select of `CallSessions S LEFT JOIN CallResponses R` for a CallRecord. */
export const CALL = `${SESSION}, R.ResponseId AS responseId, R.QuestionNumber AS questionNumber, R.Response AS response,
  R.RecordedAt AS recordedAt`;

export function sessionRow(record: SessionRecord): CallSessionRow {
  return {
    callSessionId: record.callSessionId,
    memberId: record.memberId,
    callConnectionId: record.callConnectionId,
    correlationId: record.correlationId,
    serverCallId: record.serverCallId,
    status: record.status,
    disposition: record.disposition,
    questionnaire: record.questionnaire,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    version: record.version,
  };
}

/** The calls of records in which those of one call follow each other, in the same order. */
export function callRows(records: readonly CallRecord[]): CallRows[] {
  const calls: { session: CallSessionRow; responses: CallResponseRow[] }[] = [];
  for (const record of records) {
    let call = calls.at(-1);
    if (call?.session.callSessionId !== record.callSessionId) {
      call = { session: sessionRow(record), responses: [] };
      calls.push(call);
    }
    const { responseId, callSessionId, questionNumber, response, recordedAt } = record;
    if (responseId === null) continue;
    call.responses.push({ responseId, callSessionId, questionNumber, response, recordedAt: recordedAt.toISOString() });
  }
  return calls;
}
