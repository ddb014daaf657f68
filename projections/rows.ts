import type { CallState } from '../src/domain/call/call.ts';
import { callDisposition, callStatus } from '../src/domain/call/summary.ts';
import { flawOf } from './columns.ts';
import { type CallRows, ReadStoreError } from './ports.ts';

/**
 * The rows that show a call. Nothing but its state goes in, so a rebuild gives the same rows, to the letter.
 * @throws ReadStoreError READ_STORE_REFUSED: what stands in its stream makes no rows that could be read again
 */
export function rowsOf(state: CallState): CallRows {
  const rows = readRows(state);
  const flaw = rows instanceof Error ? 'its state' : flawOf(rows);
  if (!(rows instanceof Error) && !flaw) return rows;
  const message = `call ${state.callSessionId} cannot be shown: ${flaw} is not what its column holds`;
  throw new ReadStoreError('READ_STORE_REFUSED', message, { cause: rows instanceof Error ? rows : undefined });
}

/** A damaged entry can leave a state in which things are missing that every call has. */
function readRows(state: CallState): CallRows | Error {
  try {
    return { session: sessionOf(state), responses: responsesOf(state) };
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function sessionOf(state: CallState): CallRows['session'] {
  return {
    callSessionId: state.callSessionId,
    memberId: state.initiate.memberId,
    callConnectionId: state.callConnectionId,
    correlationId: state.correlationId,
    serverCallId: state.serverCallId,
    status: callStatus(state),
    disposition: callDisposition(state),
    questionnaire: nameOf(state.questionnaire),
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
    version: state.version,
  };
}

let named = { id: '', version: 0, name: '@0' };

/** Calls mostly follow the one that the call before did, and rows are kept: one text for all of them. */
function nameOf({ id, version }: CallState['questionnaire']): string {
  if (id !== named.id || version !== named.version) named = { id, version, name: `${id}@${version}` };
  return named.name;
}

function responsesOf({ callSessionId, answers }: CallState): CallRows['responses'] {
  return [...answers]
    .sort((a, b) => a.question - b.question)
    .map((answer) => ({
      responseId: `${callSessionId}-${answer.question}`,
      callSessionId,
      questionNumber: answer.question,
      response: answer.response,
      recordedAt: answer.recordedAt,
    }));
}
