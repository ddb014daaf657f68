import type { CallTarget } from '../../../src/app/ports.ts';
import type { SentCommand } from '../../../src/domain/call/bodies.ts';

export const CALL: CallTarget = {
  callConnectionId: '421f0b00-0000-4000-8000-000000000001',
  phoneNumber: '+15550100',
  callbackUri: 'https://public.example/api/calls/events?call=c-1&secret=s-1',
  isOurs: (address: string) => address.includes('call=c-1'),
};

const WAITS = { answerBy: '2026-03-01T10:00:15.000Z', resultBy: '2026-03-01T10:02:00.000Z' };
const PROMPT = { text: 'Press 1 if you can talk now.', voice: { name: 'en-US-JennyNeural' }, cacheId: 'cache-1' };

/** One command of each kind. */
export const COMMANDS: { readonly [T in SentCommand['type']]: Extract<SentCommand, { type: T }> } = {
  PlaceCall: {
    id: 'cmd-place',
    type: 'PlaceCall',
    body: {
      ...WAITS,
      attempt: 1,
      to: '+15550100',
      from: '+15550199',
      callbackUrl: 'https://public.example/api/calls/events',
      repeatabilityRequestId: '47e4fa59-9c1b-4161-8074-433fd5ef40b1',
      repeatabilityFirstSent: '2026-03-01T10:00:00.123Z',
    },
  },
  AskQuestion: {
    id: 'cmd-ask',
    type: 'AskQuestion',
    body: {
      ...WAITS,
      step: 'person',
      question: null,
      audience: 'anyone',
      prompt: PROMPT,
      keys: { '1': { value: 'yes', next: 'q1' } },
      silenceSeconds: 10,
      attempt: 1,
      because: 'first',
      silence: 'bye',
      lastChance: false,
      interrupt: true,
    },
  },
  SayMessage: {
    id: 'cmd-say',
    type: 'SayMessage',
    body: { ...WAITS, step: 'bye', audience: 'anyone', prompt: PROMPT, attempt: 1, because: 'flow', interrupt: true },
  },
  HangUp: {
    id: 'cmd-hang-up',
    type: 'HangUp',
    body: { ...WAITS, callConnectionId: 'leg-2', attempt: 1, because: 'finished' },
  },
  CheckCall: { id: 'cmd-check', type: 'CheckCall', body: { ...WAITS, callConnectionId: 'leg-2', attempt: 1 } },
};
