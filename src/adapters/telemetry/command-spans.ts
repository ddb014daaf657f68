import type { SentType } from '../../domain/call/bodies.ts';
import { type CallState, isSent } from '../../domain/call/call.ts';
import type { Recorded, RecordedCallback, RecordedCommand, RecordedOutcome } from '../../domain/call/recorded.ts';
import type { Attributes, CallSpan } from './call-span.ts';
import { spanIdOf } from './ids.ts';

type Sent = Extract<RecordedCommand, { type: SentType }>;
type Media = Extract<Sent, { type: 'AskQuestion' | 'SayMessage' }>;

/** @param root the call's own span */
export function commandSpans(state: CallState, recorded: readonly Recorded[], root: CallSpan): readonly CallSpan[] {
  const sent = recorded.filter(isSentCommand);
  return sent.flatMap((command, index) => {
    const outcome = recorded.find((entry) => entry.kind === 'outcome' && entry.cause === command.id);
    const answered = outcome?.kind === 'outcome' ? outcome : null;
    if (!isMedia(command)) return [commandSpan(command, answered, root)];
    const next = sent.slice(index + 1).find(takesOver);
    const media = mediaSpan(state, command, heardOf(command, recorded), next?.at ?? root.endAt, root);
    return [media, commandSpan(command, answered, media)];
  });
}

function isSentCommand(entry: Recorded): entry is Sent {
  return entry.kind === 'command' && isSent(entry.type);
}

function isMedia(command: Sent): command is Media {
  return command.type === 'AskQuestion' || command.type === 'SayMessage';
}

/** What follows ends a prompt that ACS never told the end of. */
function takesOver(command: Sent): boolean {
  return isMedia(command) || command.type === 'HangUp';
}

function heardOf(command: Media, recorded: readonly Recorded[]): RecordedCallback | null {
  const heard = recorded.find(
    (entry) => entry.kind === 'callback' && 'commandId' in entry.body && entry.body.commandId === command.id,
  );
  return heard?.kind === 'callback' ? heard : null;
}

/** The request: from its being recorded to its answer, or to when the answer was due. */
function commandSpan(command: Sent, outcome: RecordedOutcome | null, parent: CallSpan): CallSpan {
  return {
    traceId: parent.traceId,
    spanId: spanIdOf(command.id),
    parentSpanId: parent.spanId,
    name: command.type,
    kind: 'client',
    startAt: command.at,
    endAt: outcome?.at ?? command.body.answerBy,
    error: outcome?.type === 'Accepted' ? null : (outcome?.type.toLowerCase() ?? 'unanswered'),
    attributes: {
      'callistra.entry': command.id,
      'callistra.attempt': command.body.attempt,
      ...('because' in command.body && { 'callistra.because': command.body.because }),
      ...outcomeAttributes(outcome),
    },
    marks: [],
  };
}

/** Names of our own: the exporter to Azure Monitor drops `http.*` and `error.type` from what it keeps as properties. */
function outcomeAttributes(outcome: RecordedOutcome | null): Attributes {
  if (!outcome) return { 'callistra.outcome': 'unanswered' };
  switch (outcome.type) {
    case 'Accepted':
      return { 'callistra.outcome': 'accepted' };
    case 'Rejected':
      return {
        'callistra.outcome': 'rejected',
        'callistra.http_status': outcome.body.status,
        'callistra.sub_code': outcome.body.subCode,
        'callistra.retried': outcome.body.retryAt !== undefined,
      };
    case 'Unknown':
      return {
        'callistra.outcome': 'unknown',
        'callistra.reason': outcome.body.reason,
        'callistra.retried': outcome.body.retryAt !== undefined,
      };
  }
}

/** What the member hears and does about it: from the command to the first word of its result. Which key is not told. */
function mediaSpan(
  state: CallState,
  command: Media,
  heard: RecordedCallback | null,
  untilAt: string,
  root: CallSpan,
): CallSpan {
  const asks = command.type === 'AskQuestion';
  const { step, attempt } = command.body;
  const result = asks ? askResult(state, command.id) : playResult(heard);
  const question = asks ? command.body.question : null;
  return {
    traceId: root.traceId,
    spanId: spanIdOf(`${command.id}/heard`),
    parentSpanId: root.spanId,
    name: `${asks ? 'ask' : 'say'} ${step}`,
    kind: 'internal',
    startAt: command.at,
    endAt: heard?.at ?? later(command.at, untilAt),
    error: result === 'failed' ? result : null,
    attributes: {
      'callistra.step': step,
      'callistra.attempt': attempt,
      'callistra.result': result,
      ...(question !== null && { 'callistra.question': question }),
    },
    marks: [],
  };
}

function askResult(state: CallState, commandId: string): string {
  return state.asks.find((ask) => ask.commandId === commandId)?.result ?? 'none';
}

function playResult(heard: RecordedCallback | null): string {
  return heard?.body.name === 'played' ? heard.body.how : 'none';
}

function later(one: string, other: string): string {
  return one > other ? one : other;
}
