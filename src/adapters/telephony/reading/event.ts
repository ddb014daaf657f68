import { isOneOf } from '../../../base/one-of.ts';
import type { Callback, CallbackNames } from '../../../domain/call/callback.ts';

/** What the types of ACS's events begin with. */
export const ACS_EVENT_PREFIX = 'Microsoft.Communication.';

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

/** Members of an event's data, read tolerantly. */
export type Fields = Readonly<Record<string, unknown>>;

/** The short name of an event that can move a call, null for any other. */
export function nameOf(type: string): CallbackName | null {
  const shortName = type.startsWith(ACS_EVENT_PREFIX) ? type.slice(ACS_EVENT_PREFIX.length) : '';
  return isOneOf(CALLBACK_NAMES, shortName) ? shortName : null;
}

type Names = { -readonly [Name in keyof CallbackNames]: CallbackNames[Name] };

/**
 * What an event says, with what it names of a call; absent or malformed names are null, never an exception.
 * @param said is written to: a copy of it would cost as much as reading the event
 */
export function withNames(said: object, fields: Fields, binds: boolean, codes: Names['codes']): Callback {
  const read = said as Names;
  read.callConnectionId = asText(fields['callConnectionId']);
  read.serverCallId = asText(fields['serverCallId']);
  read.correlationId = asText(fields['correlationId']);
  read.binds = binds;
  read.codes = codes;
  return read as Callback;
}

/** The tones of a recognition, whatever they hold. */
export function tonesIn(fields: Fields): readonly unknown[] {
  const tones = asRecord(fields['dtmfResult'])['tones'];
  return Array.isArray(tones) ? tones : [];
}

export function asRecord(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

export function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
