import type { InitiateCallBody } from '../../domain/call/bodies.ts';
import { teamsAccountOf } from '../../domain/call/line.ts';
import type { RecordedCommand } from '../../domain/call/recorded.ts';
import { maskNumber } from '../../domain/member/phone-number.ts';
import { ASK_WORDS, CHECK_WORDS, CLOSE_WORDS, HANG_UP_WORDS, MISSING_WORDS, SAY_WORDS } from './reasons.ts';
import { nameOfPrompt, type Scene, shortType } from './scene.ts';

/** What somebody decided, in words. */
export function commandWords(command: RecordedCommand, scene: Scene): string {
  const { type, body } = command;
  switch (type) {
    case 'InitiateCall':
      return initiateWords(command.actor, body);
    case 'PlaceCall':
      return `dialled ${maskNumber(body.to)}${overWords(body.from)}${again(body.attempt)}`;
    case 'AskQuestion':
      return `asked ${nameOfPrompt(command)}${ASK_WORDS[body.because]}`;
    case 'SayMessage':
      return `said ${nameOfPrompt(command)}${SAY_WORDS[body.because]}${again(body.attempt)}`;
    case 'HangUp':
      return `ordered to hang up: ${HANG_UP_WORDS[body.because]}${again(body.attempt)}`;
    case 'CheckCall':
      return body.reason === undefined
        ? `asked ${CHECK_WORDS[body.because ?? 'overdue']}${again(body.attempt)}`
        : `asked how the call stands: "${withoutNumbers(body.reason)}"`;
    case 'CloseCall':
      return body.reason === undefined
        ? `closed the call: ${CLOSE_WORDS[body.because]}`
        : `closed the call as unknown: "${withoutNumbers(body.reason)}"`;
    case 'CancelCall':
      return body.reason === undefined ? 'cancelled the call' : `cancelled the call: "${withoutNumbers(body.reason)}"`;
    case 'DeadlinePassed':
      return deadlineWords(scene);
    case 'CountEvent':
      return `sent ${shortType(body.eventType)} once more under an identity that others have; only counted`;
  }
}

function initiateWords(actor: string, { priority, simulated }: InitiateCallBody): string {
  const asked = actor === 'server' ? 'took up a call that was opened and never begun' : 'asked for the call';
  const how = priority === 'low' ? `${asked}, low priority` : asked;
  return simulated ? `${how}; a simulator places it: nobody is called` : how;
}

/** A number is nobody's to read in a replay; the account is no number. */
function overWords(line: string): string {
  const account = teamsAccountOf(line);
  return account === null ? '' : ` over the Teams resource account ${account}`;
}

function deadlineWords({ before }: Scene): string {
  const missing = before?.deadline?.missing;
  return missing === undefined ? 'passed' : `passed: ${MISSING_WORDS[missing]}`;
}

function again(attempt: number): string {
  return attempt > 1 ? ` (attempt ${attempt})` : '';
}

/** With a plus, in one piece, or as North Americans write them; a date is none of these. */
const NUMBERS = /\+\d(?:[ ()./-]*\d){6,14}|\(?\b\d{3}\)?[ ./-]?\d{3}[ ./-]?\d{4}\b|\b\d{7,15}\b/g;

/** What people write may hold a number. */
export function withoutNumbers(text: string): string {
  return text.replaceAll(NUMBERS, maskNumber);
}
