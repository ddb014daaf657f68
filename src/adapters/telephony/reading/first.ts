import type { Reading } from '../../../domain/call/provider.ts';
import { asRecord, asText, type CallbackName, type Fields, nameOf, tonesIn, withNames } from './event.ts';
import { callResult, type ProviderResult } from './first-results.ts';
import { standing } from './standing.ts';
import { keyOf } from './tones.ts';

/** The rules of before there were versions of them, kept to the letter for the calls that were begun under them. */
export const FIRST_READING: Reading = {
  callback(type, data) {
    const fields = asRecord(data);
    const result = readResult(fields['resultInformation']);
    const { code, subCode } = result;
    return withNames(said(nameOf(type), fields, result), fields, true, { code, subCode });
  },
  refusal({ status, subCode }) {
    const result = callResult({ code: status, subCode });
    return {
      result: result === 'ended' || result === 'unknown' ? 'provider-failure' : result,
      means: MEANS[status] ?? 'other',
      mayBeDone: false,
    };
  },
  standing,
};

const MEANS: Readonly<Record<number, 'gone' | 'throttled'>> = { 404: 'gone', 429: 'throttled' };

/** Sub-codes of RecognizeFailed that mean that the member pressed nothing useful (8532 is documented both ways). */
const SILENCE = new Set([8510, 8532]);
const WRONG_KEY = new Set([8534, 8547]);

function said(name: CallbackName | null, fields: Fields, result: ProviderResult) {
  const commandId = asText(fields['operationContext']);
  switch (name) {
    case null:
      return { name: 'other' };
    case 'CallConnected':
      return { name: 'connected' };
    case 'CallDisconnected':
    case 'CreateCallFailed': {
      const by = name === 'CallDisconnected' ? 'disconnected' : 'not-connected';
      return { name: 'ended', by, end: { result: callResult(result), hungUp: 'always' } };
    }
    case 'RecognizeCompleted':
    case 'RecognizeFailed':
    case 'RecognizeCanceled':
      return {
        name: 'recognized',
        commandId,
        isCancelled: name === 'RecognizeCanceled',
        keys: tonesIn(fields).flatMap((tone) => keyOf(tone) ?? []),
        without: withoutKey(name, result),
      };
    case 'PlayCompleted':
      return { name: 'played', commandId, how: 'completed' };
    case 'PlayFailed':
      return { name: 'played', commandId, how: 'failed' };
    case 'PlayCanceled':
      return { name: 'played', commandId, how: 'cancelled' };
  }
}

function withoutKey(name: CallbackName, { subCode }: ProviderResult): 'wrong-key' | 'silence' | 'failed' {
  if (WRONG_KEY.has(subCode)) return 'wrong-key';
  return name === 'RecognizeCompleted' || SILENCE.has(subCode) ? 'silence' : 'failed';
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

function asNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
