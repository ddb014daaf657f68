import type { MadeUp, Told } from '../../../domain/call/provider.ts';
import type { Key } from '../../../domain/questionnaire/questionnaire.ts';
import { ACS_EVENT_PREFIX, type CallbackName } from './event.ts';
import { toneOf } from './tones.ts';

/** What ACS tells of a call in which nothing goes wrong, in its own codes: for calls that are only tried. */
export const MADE_UP: MadeUp = {
  connected: (leg) => told('CallConnected', leg),
  pressed: (leg, commandId, key: Key) =>
    told('RecognizeCompleted', leg, {
      operationContext: commandId,
      recognitionType: 'dtmf',
      dtmfResult: { tones: [toneOf(key)] },
      resultInformation: { code: 200, subCode: 8531 },
    }),
  silent: (leg, commandId) =>
    told('RecognizeFailed', leg, {
      operationContext: commandId,
      resultInformation: { code: 400, subCode: 8510 },
    }),
  said: (leg, commandId) => told('PlayCompleted', leg, { operationContext: commandId }),
  ended: (leg, by) =>
    told('CallDisconnected', leg, { resultInformation: { code: 200, subCode: by === 'member' ? 560000 : 7000 } }),
};

function told(name: CallbackName, callConnectionId: string, details: Readonly<Record<string, unknown>> = {}): Told {
  const resultInformation = { code: 200, subCode: 0 };
  return { eventType: `${ACS_EVENT_PREFIX}${name}`, data: { callConnectionId, resultInformation, ...details } };
}
