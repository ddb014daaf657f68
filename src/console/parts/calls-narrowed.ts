import { isOneOf } from '../../base/one-of.ts';
import { CALL_STATUSES, type CallStatus } from '../../domain/call/call.ts';
import { DISPOSITIONS } from '../../domain/call/disposition.ts';
import { DISPOSITION_WORDS } from '../../domain/call/disposition-words.ts';
import { addressOf, type CallsAsked } from '../calls-asked.ts';
import type { Chip } from './filter.tsx';

const PATH = '/console/calls';

/** Statuses as one chooses among them: two of them are shown as the same word. */
export const STATUS_CHOICE_WORDS: Readonly<Record<CallStatus, string>> = {
  Initiated: 'Being called',
  Connected: 'Picked up',
  PersonDetected: 'Talking',
  Disconnected: 'Ended after it was connected',
  Failed: 'Ended without a connection',
};

const SINGLE = [
  ['memberId', 'Member'],
  ['questionnaire', 'Script'],
  ['from', 'From'],
  ['to', 'To'],
] as const;

/** What a list is narrowed to, each with the address of the list without it. */
export function chipsOf(asked: CallsAsked): Chip[] {
  const of = (name: 'status' | 'disposition', wordsOf: (value: string) => string): Chip[] =>
    asked[name].map((value) => ({
      words: wordsOf(value),
      without: addressOf(PATH, { ...asked, [name]: asked[name].filter((each) => each !== value) }),
    }));
  const single = SINGLE.filter(([name]) => asked[name] !== '').map(([name, words]) => ({
    words: `${words} ${asked[name]}`,
    without: addressOf(PATH, { ...asked, [name]: '' }),
  }));
  return [...of('disposition', outcomeWord), ...of('status', statusWord), ...single];
}

/** The same in one sentence, as a table is called: `Calls: Busy or No answer, of member M-1, from 2026-03-02`. */
export function narrowedWords(asked: CallsAsked): string {
  const { disposition, status, memberId, questionnaire, from, to } = asked;
  const parts = [
    disposition.map(outcomeWord).join(' or '),
    status.map(statusWord).join(' or '),
    memberId && `of member ${memberId}`,
    questionnaire && `by script ${questionnaire}`,
    from && `from ${from}`,
    to && `to ${to}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'All calls' : `Calls: ${parts.join(', ')}`;
}

function outcomeWord(value: string): string {
  return isOneOf(DISPOSITIONS, value) ? DISPOSITION_WORDS[value].word : value;
}

function statusWord(value: string): string {
  return isOneOf(CALL_STATUSES, value) ? STATUS_CHOICE_WORDS[value] : value;
}
