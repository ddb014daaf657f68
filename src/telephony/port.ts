import type { Outcome, SentCommand } from '../domain/bodies.ts';

/** What a request needs to know of its call, beside what the command says. */
export type CallAddress = {
  /** Null until the provider has named the call. */
  readonly callConnectionId: string | null;
  /** The member's number, E.164. */
  readonly phoneNumber: string;
  /** Where the provider posts the callbacks, with the call's id and secret. */
  readonly callbackUri: string;
};

/** Carries out commands at a telephone provider. */
export type Telephony = {
  /**
   * Sends one command, once, and says what became of it. Whatever the provider or the network does is an outcome;
   * it throws only for a command that cannot be sent as it is (`TelephonyError`).
   */
  send(command: SentCommand, call: CallAddress): Promise<Outcome>;
  /** Lets go of idle connections. */
  close(): Promise<void>;
};

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
