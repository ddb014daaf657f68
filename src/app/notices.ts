import type { CallResponseRow, CallRows } from '../../projections/ports.ts';
import type { CallStatus } from '../domain/call/call.ts';
import type { Disposition } from '../domain/call/disposition.ts';

/** What others are told of a call: ids, times and how it ended. Never a phone number, and never what was answered. */
export type Notice = CallEndedNotice | ResponseRecordedNotice;

type CallEndedNotice = {
  /** `{callSessionId}-ended-{disposition}`: told again when a late answer has changed the disposition. */
  readonly id: string;
  readonly type: 'Callistra.CallEnded';
  readonly callSessionId: string;
  /** ISO 8601 UTC, as is `at` of the other. */
  readonly at: string;
  readonly data: {
    readonly callSessionId: string;
    readonly callConnectionId: string | null;
    readonly status: CallStatus;
    readonly disposition: Disposition;
    /** The call's last change: its end, or what came in after it. Rows do not know the moment of the end itself. */
    readonly updatedAt: string;
  };
};

type ResponseRecordedNotice = {
  /** `{responseId}@{recordedAt}`: an answer that took the place of a time-out is told again. */
  readonly id: string;
  readonly type: 'Callistra.ResponseRecorded';
  readonly callSessionId: string;
  readonly at: string;
  readonly data: {
    readonly callSessionId: string;
    readonly responseId: string;
    readonly questionNumber: number;
    readonly recordedAt: string;
  };
};

/** All that there is to tell of a call so far, answers first. The ids are the same each time. */
export function noticesOf({ session, responses }: CallRows): readonly Notice[] {
  const { callSessionId, callConnectionId, status, disposition, updatedAt } = session;
  const answers = responses.map(responseRecorded);
  if (disposition === null) return answers;
  const data = { callSessionId, callConnectionId, status, disposition, updatedAt };
  const id = `${callSessionId}-ended-${disposition}`;
  return [...answers, { id, type: 'Callistra.CallEnded', callSessionId, at: updatedAt, data }];
}

function responseRecorded(row: CallResponseRow): ResponseRecordedNotice {
  const { callSessionId, responseId, questionNumber, recordedAt } = row;
  const data = { callSessionId, responseId, questionNumber, recordedAt };
  return { id: `${responseId}@${recordedAt}`, type: 'Callistra.ResponseRecorded', callSessionId, at: recordedAt, data };
}
