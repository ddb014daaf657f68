export type TelephonyErrorCode = 'NOT_CONNECTED' | 'BAD_ENDPOINT';

/** NOT_CONNECTED: a command for a call that has no callConnectionId. BAD_ENDPOINT: settings that can never work. */
export class TelephonyError extends Error {
  override readonly name = 'TelephonyError';
  readonly code: TelephonyErrorCode;

  constructor(code: TelephonyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
