import type { Reading } from '../../../domain/call/provider.ts';
import { asRecord, asText, type CallbackName, type Fields, nameOf, tonesIn, withNames } from './event.ts';
import { endOf, type Said } from './second-ends.ts';
import { refusalOf } from './second-refusals.ts';
import { standing } from './standing.ts';
import { keyOf } from './tones.ts';

/**
 * The rules for calls that are begun now. Sources: Microsoft's troubleshooting codes for Call Automation, call end and PSTN
 * (versions of July and October 2024), and what was recorded of the live service.
 */
export const SECOND_READING: Reading = {
  callback(type, data) {
    const fields = asRecord(data);
    const result = readResult(fields['resultInformation']);
    const codes = result && { code: result.code ?? 0, subCode: result.subCode };
    return withNames(said(nameOf(type), fields, result), fields, false, codes);
  },
  refusal: refusalOf,
  standing,
};

/** Nobody pressed anything in time: at the beginning, at all, or between two keys. */
const SILENCE: ReadonlySet<number> = new Set([8509, 8510, 8532]);
/** A tone, or words, that are not among the choices. */
const WRONG_KEY: ReadonlySet<number> = new Set([8534, 8547]);
/** Cancelled by a later prompt or by the end of the call, or the call was over. */
const CANCELLED: ReadonlySet<number> = new Set([8508, 8522, 8528, 9003]);

function said(name: CallbackName | null, fields: Fields, result: Said | null) {
  const commandId = asText(fields['operationContext']);
  const subCode = result?.subCode ?? 0;
  switch (name) {
    case null:
      return { name: 'other' };
    case 'CallConnected':
      return { name: 'connected' };
    case 'CallDisconnected':
      return { name: 'ended', by: 'disconnected', end: endOf(result) };
    case 'CreateCallFailed':
      return { name: 'ended', by: 'not-connected', end: endOf(result) };
    case 'RecognizeCompleted':
    case 'RecognizeFailed':
    case 'RecognizeCanceled':
      return {
        name: 'recognized',
        commandId,
        isCancelled: name === 'RecognizeCanceled' || (name === 'RecognizeFailed' && CANCELLED.has(subCode)),
        // `a` to `d`, and names that nobody knows, were pressed like any other key: they are not silence.
        keys: tonesIn(fields).map((tone) => keyOf(tone) ?? 'other'),
        without: withoutKey(name, subCode),
      };
    case 'PlayCompleted':
      return { name: 'played', commandId, how: 'completed' };
    case 'PlayFailed':
      return { name: 'played', commandId, how: 'failed' };
    case 'PlayCanceled':
      return { name: 'played', commandId, how: 'cancelled' };
  }
}

function withoutKey(name: CallbackName, subCode: number): 'wrong-key' | 'silence' | 'failed' {
  if (WRONG_KEY.has(subCode)) return 'wrong-key';
  return name === 'RecognizeCompleted' || SILENCE.has(subCode) ? 'silence' : 'failed';
}

/** @returns null when nothing is said: no member, or none with a number that can be read */
function readResult(value: unknown): Said | null {
  const fields = asRecord(value);
  const code = asNumber(fields['code']);
  const subCode = asNumber(fields['subCode']);
  if (code === null && subCode === null) return null;
  const sip = asRecord(fields['sipDetails']);
  const sipCode = asNumber(sip['code']);
  return {
    code,
    subCode: subCode ?? 0,
    sip: sipCode === null ? null : { code: sipCode, message: asText(sip['message']) ?? '' },
  };
}

/** Numbers as text are read too. */
function asNumber(value: unknown): number | null {
  if (typeof value === 'string' && /^\s*\d{1,9}\s*$/.test(value)) return Number(value);
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}
