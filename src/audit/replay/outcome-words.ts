import type { RejectedBody } from '../../domain/call/bodies.ts';
import type { Refusal } from '../../domain/call/provider.ts';
import type { RecordedCommand, RecordedOutcome } from '../../domain/call/recorded.ts';
import { MEANS_WORDS, RESULT_WORDS, STANDING_WORDS, UNKNOWN_WORDS } from './reasons.ts';
import { commandOf, nameOfPrompt, type Scene } from './scene.ts';

type Accepted = Extract<RecordedOutcome, { type: 'Accepted' }>;

/** What became of a command that we sent, in words. */
export function outcomeWords(outcome: RecordedOutcome, scene: Scene): string {
  const command = commandOf(scene, outcome.cause);
  const request = command ? requestName(command) : 'a request that is not in the log';
  switch (outcome.type) {
    case 'Accepted':
      return command?.type === 'CheckCall' ? checkedWords(outcome) : `accepted ${request}`;
    case 'Rejected':
      return `refused ${request}: ${refusalWords(command, outcome.body, outcome.refusal)}`;
    case 'Unknown':
      return `whether it took ${request} is not known: ${UNKNOWN_WORDS[outcome.body.reason]}${next(outcome.body)}`;
  }
}

function requestName(command: RecordedCommand): string {
  switch (command.type) {
    case 'PlaceCall':
      return 'the dial';
    case 'AskQuestion':
      return command.body.question === null ? `the question ${nameOfPrompt(command)}` : nameOfPrompt(command);
    case 'SayMessage':
      return nameOfPrompt(command);
    case 'HangUp':
      return 'the order to hang up';
    case 'CheckCall':
      return 'the question about the call';
    default:
      return command.type;
  }
}

function checkedWords({ body, standing }: Accepted): string {
  const state = body.callState === undefined ? '' : ` ("${body.callState}")`;
  const whose = body.ours === undefined ? '' : body.ours ? ', and it is this call' : ', and it is another call';
  return `answered: ${STANDING_WORDS[standing]}${state}${whose}`;
}

/** Of a dial it says something of the member's line. */
function refusalWords(command: RecordedCommand | null, body: RejectedBody, { means, result }: Refusal): string {
  if (!body.status) return `it never left, nobody could be reached${next(body)}`;
  const said = command?.type === 'PlaceCall' && means === 'other' ? RESULT_WORDS[result] : MEANS_WORDS[means];
  return `${said}${next(body)}`;
}

function next({ retryAt, ...body }: { readonly retryAt?: string; readonly transient?: boolean }): string {
  if (retryAt !== undefined) return `; to be tried again at ${retryAt.slice(11, 19)}`;
  return body.transient ? '; not tried again' : '';
}
