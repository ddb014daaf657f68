import { randomUUID } from 'node:crypto';
import type { SentCommand } from '../../../src/domain/call/bodies.ts';

type Command<T extends SentCommand['type']> = Extract<SentCommand, { type: T }>;

const VOICE = { name: 'en-US-JennyNeural' } as const;
const QUESTION = 'In general, would you say that your health is good? Press 1 for yes, or 2 for no.';

const LATER = '2100-01-01T00:00:00.000Z';

/** A dial, as the server sends it. */
export function placeCommand(to: string, callbackUrl: string): Command<'PlaceCall'> {
  const body = {
    attempt: 1,
    to,
    from: '+15550100000',
    callbackUrl,
    repeatabilityRequestId: randomUUID(),
    repeatabilityFirstSent: new Date().toISOString(),
    answerBy: LATER,
    resultBy: LATER,
  };
  return { id: `${randomUUID()}/2`, type: 'PlaceCall', body };
}

/** A question, as the server sends it. */
export function askCommand(): Command<'AskQuestion'> {
  const body = {
    step: 'question-1',
    question: 1,
    audience: 'person',
    prompt: { text: QUESTION, voice: VOICE, cacheId: '0123456789abcdef-question-1' },
    keys: { '1': { value: 'yes', next: 'question-2' }, '2': { value: 'no', next: 'question-2' } },
    silence: 'no-response',
    silenceSeconds: 10,
    attempt: 1,
    because: 'first',
    lastChance: false,
    interrupt: true,
    answerBy: LATER,
    resultBy: LATER,
  } as const;
  return { id: `${randomUUID()}/9`, type: 'AskQuestion', body };
}

/** The last words, as the server sends them. */
export function sayCommand(): Command<'SayMessage'> {
  const prompt = { text: 'Thank you for your answers. Goodbye.', voice: VOICE, cacheId: '0123456789abcdef-thanks' };
  const common = { attempt: 1, because: 'flow', interrupt: true, answerBy: LATER, resultBy: LATER } as const;
  return {
    id: `${randomUUID()}/18`,
    type: 'SayMessage',
    body: { ...common, step: 'thanks', audience: 'person', prompt },
  };
}

/** A hang-up, as the server sends it. */
export function hangUpCommand(callConnectionId: string): Command<'HangUp'> {
  const body = { callConnectionId, attempt: 1, because: 'finished', answerBy: LATER, resultBy: LATER } as const;
  return { id: `${randomUUID()}/22`, type: 'HangUp', body };
}
