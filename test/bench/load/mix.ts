import { randomUUID } from 'node:crypto';

/** An open call, as whoever posts its callbacks knows it. */
export type OpenCall = { readonly callSessionId: string; readonly secret: string };

/** One callback of the mix. */
export type Step = {
  readonly type: string;
  /** The version of the command in whose context it is; null: the call's own. */
  readonly context: number | null;
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly result: readonly [code: number, subCode: number, message: string];
};

const KEY_ONE = { recognitionType: 'dtmf', dtmfResult: { tones: ['one'] } };
const PARTICIPANTS = [
  { kind: 'communicationUser', rawId: '8:acs:6f0d3c1e-1111-4222-8333-444455556666_0000001f-2222-3333', isMuted: false },
  { kind: 'phoneNumber', rawId: '4:+15550100123', phoneNumber: { value: '+15550100123' }, isMuted: false },
].map(({ isMuted, ...identifier }) => ({ identifier, isMuted, isOnHold: false }));
const DONE = [200, 0, 'Action completed successfully.'] as const;
const HEARD = [200, 8531, 'Action completed, max digits received.'] as const;

/**
 * The mix: every callback of a call in which all three questions are answered, as ACS sends them. Six of the nine move
 * the call: each of those makes three entries (itself, the command it causes, that command's outcome) in two appends.
 * The versions are those of a call whose telephony accepts at once.
 */
export const WHOLE_CALL: readonly Step[] = [
  { type: 'CallConnected', context: 2, result: [200, 0, ''] },
  {
    type: 'ParticipantsUpdated',
    context: null,
    extra: { participants: PARTICIPANTS, sequenceNumber: 1 },
    result: [200, 0, ''],
  },
  { type: 'RecognizeCompleted', context: 5, extra: KEY_ONE, result: HEARD },
  { type: 'RecognizeCompleted', context: 9, extra: KEY_ONE, result: HEARD },
  { type: 'RecognizeCompleted', context: 12, extra: KEY_ONE, result: HEARD },
  { type: 'RecognizeCompleted', context: 15, extra: KEY_ONE, result: HEARD },
  { type: 'PlayStarted', context: 18, result: DONE },
  { type: 'PlayCompleted', context: 18, result: DONE },
  { type: 'CallDisconnected', context: 2, result: [200, 7000, 'The conversation has ended. DiagCode: 0#7000.@'] },
];

const KEPT: Step = WHOLE_CALL.find(({ type }) => type === 'ParticipantsUpdated')!;

/** What may be sent to a call, by name. */
export const MIXES = {
  'whole-call': WHOLE_CALL,
  /** Up to the second question. */
  'half-call': WHOLE_CALL.slice(0, 4),
  /** As many as a whole call has, of a kind that is recorded and moves nothing. */
  'kept-only': WHOLE_CALL.map(() => KEPT),
} as const;

export type MixName = keyof typeof MIXES;

/** The callConnectionId of a call: made from its own id, so that no process needs to ask another for it. */
export function legOf(callSessionId: string): string {
  return `4d2f${callSessionId.slice(4)}`;
}

/** The body that ACS posts: an array of one CloudEvent, with the members and lengths of a real one. */
export function bodyOf(
  { type, context, extra, result }: Step,
  callSessionId: string,
  callConnectionId: string,
): string {
  const [code, subCode, message] = result;
  const source = `calling/callConnections/${callConnectionId}`;
  const fullType = `Microsoft.Communication.${type}`;
  const data = {
    ...extra,
    version: '2024-09-01-preview',
    ...(context !== null && { operationContext: `${callSessionId}/${context}` }),
    resultInformation: { code, subCode, message },
    callConnectionId,
    serverCallId: Buffer.from(
      `https://bench.invalid/api/v2/cp/conv/${callSessionId.slice(0, 22)}?i=10-60-1-1&e=63`,
    ).toString('base64'),
    correlationId: callSessionId,
    publicEventType: fullType,
  };
  const time = `${new Date().toISOString().slice(0, -1)}4321+00:00`;
  const common = { specversion: '1.0', datacontenttype: 'application/json', subject: source };
  return JSON.stringify([{ id: randomUUID(), source, type: fullType, data, time, ...common }]);
}

/** The path of a call's callback URI. */
export function callbackPath({ callSessionId, secret }: OpenCall): string {
  return `/api/calls/events?call=${callSessionId}&secret=${secret}`;
}

/**
 * The steps of many calls in the order of sending: calls begin one after the other, and each has as long a way from one
 * of its callbacks to the next, so that callbacks of every kind are under way at any time.
 */
export function staggered(callCount: number, stepCount: number): { readonly call: number; readonly step: number }[] {
  const places = Array.from({ length: callCount * stepCount }, (_, index) => {
    const call = index % callCount;
    const step = Math.floor(index / callCount);
    return { call, step, at: call / callCount + step / stepCount };
  });
  return places.sort((a, b) => a.at - b.at);
}
