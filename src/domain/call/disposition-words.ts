import type { Disposition } from './disposition.ts';

/**
 * What a disposition asks of whoever reads it. `needs-somebody`: a person has to do something; `done`: we have heard what the
 * member said; `not-reached`: nobody is at fault, another time may do; `failed`: we or the provider could not.
 */
export const DISPOSITION_TONES = ['needs-somebody', 'done', 'not-reached', 'failed'] as const;
export type DispositionTone = (typeof DISPOSITION_TONES)[number];

/** A disposition as people read it: a word or two, and one sentence that says what it means. */
export type DispositionWords = { readonly word: string; readonly tone: DispositionTone; readonly sentence: string };

export const DISPOSITION_WORDS: Readonly<Record<Disposition, DispositionWords>> = {
  completed: { word: 'Completed', tone: 'done', sentence: 'Every question has an answer.' },
  partial: { word: 'Partly answered', tone: 'done', sentence: 'Some questions have an answer, and the call ended.' },
  'no-response': {
    word: 'No answers',
    tone: 'not-reached',
    sentence: 'A person was there and answered no question.',
  },
  'no-person': {
    word: 'No person',
    tone: 'not-reached',
    sentence: 'Nobody pressed a key: perhaps a mailbox. Nothing about health was said.',
  },
  'not-available': {
    word: 'Not now',
    tone: 'not-reached',
    sentence: 'Somebody pressed the key for "not now".',
  },
  'hung-up': {
    word: 'Hung up',
    tone: 'not-reached',
    sentence: 'It was picked up, and ended before the first question was over.',
  },
  busy: { word: 'Busy', tone: 'not-reached', sentence: 'The line was busy.' },
  'no-answer': { word: 'No answer', tone: 'not-reached', sentence: 'Nobody picked up.' },
  'bad-number': {
    word: 'Bad number',
    tone: 'needs-somebody',
    sentence: 'The network knows no such number: ask the member for another one.',
  },
  declined: { word: 'Declined', tone: 'not-reached', sentence: 'The person declined the call.' },
  blocked: { word: 'Blocked', tone: 'needs-somebody', sentence: 'The network blocked the call to this number.' },
  'network-refused': {
    word: 'Refused by a network',
    tone: 'failed',
    sentence: 'A network refused us: our number may be marked as spam. It says nothing of the member.',
  },
  'provider-failure': {
    word: 'Could not call',
    tone: 'failed',
    sentence: 'The provider or our connection to it failed. It says nothing of the member.',
  },
  cancelled: { word: 'Cancelled', tone: 'not-reached', sentence: 'Somebody took the call back.' },
  expired: {
    word: 'Waited too long',
    tone: 'not-reached',
    sentence: 'It waited too long for its turn and was never dialled.',
  },
  unknown: {
    word: 'Outcome unknown',
    tone: 'needs-somebody',
    sentence: 'Nothing says why it ended, nor whether the member was reached.',
  },
};
