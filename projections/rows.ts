import type { CallState } from '../src/domain/call/call.ts';
import { callDisposition, callStatus } from '../src/domain/call/summary.ts';
import type { CallRows } from './ports.ts';

/** The rows that show a call. Nothing but its state goes in, so a rebuild gives the same rows, to the letter. */
export function rowsOf(state: CallState): CallRows {
  const { callSessionId, questionnaire } = state;
  const answers = [...state.answers].sort((a, b) => a.question - b.question);
  return {
    session: {
      callSessionId,
      memberId: state.initiate.memberId,
      callConnectionId: state.callConnectionId,
      correlationId: state.correlationId,
      serverCallId: state.serverCallId,
      status: callStatus(state),
      disposition: callDisposition(state),
      questionnaire: `${questionnaire.id}@${questionnaire.version}`,
      createdAt: state.createdAt,
      updatedAt: state.updatedAt,
      version: state.version,
    },
    responses: answers.map((answer) => ({
      responseId: `${callSessionId}-${answer.question}`,
      callSessionId,
      questionNumber: answer.question,
      response: answer.response,
      recordedAt: answer.recordedAt,
    })),
  };
}
