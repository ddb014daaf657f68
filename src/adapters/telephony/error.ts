import { CodedError } from '../../base/coded-error.ts';
export type TelephonyErrorCode = 'TELEPHONY_NOT_CONNECTED' | 'TELEPHONY_BAD_ENDPOINT';

/** TELEPHONY_NOT_CONNECTED: a command for a call that has no callConnectionId. TELEPHONY_BAD_ENDPOINT: settings that can never work. */
export class TelephonyError extends CodedError<TelephonyErrorCode> {
  override readonly name = 'TelephonyError';
}
