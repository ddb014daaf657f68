import { isOneOf } from '../../base/one-of.ts';
import type { Key } from '../questionnaire/questionnaire.ts';
import type { ProviderResult } from './disposition.ts';

/** The callbacks that can move a call; all others are kept and move nothing. */
export const CALLBACK_NAMES = [
  'CallConnected',
  'CallDisconnected',
  'CreateCallFailed',
  'RecognizeCompleted',
  'RecognizeFailed',
  'RecognizeCanceled',
  'PlayCompleted',
  'PlayFailed',
  'PlayCanceled',
] as const;

export type CallbackName = (typeof CALLBACK_NAMES)[number];

/** Those by which ACS itself says that a call has ended. */
export const ENDING_CALLBACKS = ['CallDisconnected', 'CreateCallFailed'] as const satisfies readonly CallbackName[];

export type EndingCallback = (typeof ENDING_CALLBACKS)[number];

/** The actor of entries that Event Grid brought. */
export const EVENT_GRID = 'event-grid';

/** What a callback says, read tolerantly: absent or malformed fields are null, never an exception. */
export type Callback = {
  readonly name: CallbackName | 'CallEnded' | 'other';
  readonly callConnectionId: string | null;
  readonly serverCallId: string | null;
  readonly correlationId: string | null;
  /** The id of the command that this is the result of. */
  readonly operationContext: string | null;
  readonly result: ProviderResult;
  readonly keys: readonly Key[];
};

/** What the types of ACS's events begin with. */
export const ACS_EVENT_PREFIX = 'Microsoft.Communication.';

const KEY_OF_TONE: Readonly<Record<string, Key>> = {
  zero: '0',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  asterisk: '*',
  pound: '#',
};

/**
 * Reads the `type` and `data` of an event.
 * @param data the event's data object, as received
 * @param actor who brought it
 */
export function readCallback(type: string, data: unknown, actor = 'acs'): Callback {
  return actor === EVENT_GRID ? readWitness(type) : readFromAcs(type, data);
}

/**
 * Event Grid is a second witness: nothing that it says is taken for an answer, a connection or an end, whatever it calls
 * itself, because it is not bound to the call by the call's own secret. Only that a call may have ended is heard.
 */
function readWitness(type: string): Callback {
  return {
    name: type === `${ACS_EVENT_PREFIX}CallEnded` ? 'CallEnded' : 'other',
    callConnectionId: null,
    serverCallId: null,
    correlationId: null,
    operationContext: null,
    result: { code: 0, subCode: 0 },
    keys: [],
  };
}

function readFromAcs(type: string, data: unknown): Callback {
  const fields = asRecord(data);
  const shortName = type.startsWith(ACS_EVENT_PREFIX) ? type.slice(ACS_EVENT_PREFIX.length) : '';
  return {
    name: isOneOf(CALLBACK_NAMES, shortName) ? shortName : 'other',
    callConnectionId: asText(fields['callConnectionId']),
    serverCallId: asText(fields['serverCallId']),
    correlationId: asText(fields['correlationId']),
    operationContext: asText(fields['operationContext']),
    result: readResult(fields['resultInformation']),
    keys: readKeys(fields['dtmfResult']),
  };
}

function readResult(value: unknown): ProviderResult {
  const fields = asRecord(value);
  const sipCode = asRecord(fields['sipDetails'])['code'];
  return {
    code: asNumber(fields['code']),
    subCode: asNumber(fields['subCode']),
    ...(typeof sipCode === 'number' ? { sipCode } : {}),
  };
}

/** A to D and unknown names cannot be pressed on a telephone; they are dropped like line noise. */
function readKeys(value: unknown): Key[] {
  const tones = asRecord(value)['tones'];
  if (!Array.isArray(tones)) return [];
  return tones.flatMap((tone: unknown) => {
    const key = typeof tone === 'string' && Object.hasOwn(KEY_OF_TONE, tone) ? KEY_OF_TONE[tone] : undefined;
    return key ? [key] : [];
  });
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function asNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
