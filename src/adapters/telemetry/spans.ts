import type { CallState } from '../../domain/call/call.ts';
import type { Disposition } from '../../domain/call/disposition.ts';
import type { Recorded } from '../../domain/call/recorded.ts';
import { callDisposition, callStatus, TIMEOUT } from '../../domain/call/summary.ts';
import type { CallSpan, SpanMark } from './call-span.ts';
import { callbackName } from './callback-name.ts';
import { commandSpans } from './command-spans.ts';
import { spanIdOf, traceIdOf } from './ids.ts';

/** Calls that failed because of the provider or of us; that nobody picks up is no error. */
const ERRORS: ReadonlySet<Disposition> = new Set(['provider-failure', 'unknown']);

/**
 * The trace of an ended call: one root from its beginning to its end, a span for every command that was sent, and one
 * for everything asked and said. The same entries give the same spans, so a trace written twice is the same trace.
 * @param recorded the whole stream
 * @returns nothing for a call that is open
 */
export function spansOf(state: CallState, recorded: readonly Recorded[]): readonly CallSpan[] {
  const root = rootSpan(state, recorded);
  return root ? [root, ...commandSpans(state, recorded, root)] : [];
}

function rootSpan(state: CallState, recorded: readonly Recorded[]): CallSpan | null {
  const { callSessionId, ending, questionnaire } = state;
  const disposition = callDisposition(state);
  if (!ending || !disposition) return null;
  return {
    traceId: traceIdOf(callSessionId),
    spanId: spanIdOf(callSessionId),
    parentSpanId: null,
    name: 'call',
    kind: 'server',
    startAt: state.createdAt,
    endAt: ending.at,
    error: ERRORS.has(disposition) ? disposition : null,
    attributes: {
      'callistra.call_session_id': callSessionId,
      'callistra.status': callStatus(state),
      'callistra.disposition': disposition,
      'callistra.ended_by': ending.by,
      'callistra.questionnaire': `${questionnaire.id}@${questionnaire.version}`,
      'callistra.questions': state.initiate.questions,
      'callistra.answers': state.answers.filter(({ response }) => response !== TIMEOUT).length,
      'callistra.timeouts': state.answers.filter(({ response }) => response === TIMEOUT).length,
      'callistra.deadlines': recorded.filter(({ type }) => type === 'DeadlinePassed').length,
    },
    marks: recorded.flatMap(markOf),
  };
}

/** Callbacks, and the commands that are not sent to anybody, happen at a moment. */
function markOf(entry: Recorded): SpanMark[] {
  const { at, kind, type } = entry;
  if (kind === 'callback') {
    const { code, subCode } = entry.body.codes ?? { code: 0, subCode: 0 };
    return [{ name: callbackName(type), at, attributes: { 'callistra.code': code, 'callistra.sub_code': subCode } }];
  }
  if (kind !== 'command') return [];
  if (type === 'CloseCall') return [{ name: type, at, attributes: { 'callistra.because': entry.body.because } }];
  if (type === 'CancelCall' || type === 'DeadlinePassed') return [{ name: type, at, attributes: {} }];
  return [];
}
