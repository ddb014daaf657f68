import type { Outcome, SentCommand } from '../domain/bodies.ts';

/** Time as a value, so that tests and simulations own it. */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `task` once after `delayMs`; the returned function calls it off. */
  after(delayMs: number, task: () => void): () => void;
};

/** New identifiers, so that simulations own them too. */
export type Ids = {
  /** A UUID of version 4. */
  uuid(): string;
  /** A UUID of version 7: calls sort by when they were opened. */
  callSessionId(nowMs: number): string;
};

/** The call that a command is for. */
export type CallTarget = {
  /** Null until ACS has named the connection. */
  readonly callConnectionId: string | null;
  /** E.164. */
  readonly phoneNumber: string;
  /** Where ACS posts this call's callbacks, with its id and secret. */
  readonly callbackUri: string;
};

/** The provider of telephone calls. */
export type Telephony = {
  /**
   * Sends one command, once. Whatever the provider or the network does is an outcome: a time-out is `Unknown`, never
   * a failure. Bounded in time; throws only for a command that cannot be sent as it is, which is a bug.
   */
  send(command: SentCommand, call: CallTarget): Promise<Outcome>;
  close(): Promise<void>;
};

/** What the application tells about itself; codes and ids of calls only, never what a call is about. */
export type Journal = {
  info(fields: JournalFields, message: string): void;
  warn(fields: JournalFields, message: string): void;
  error(fields: JournalFields, message: string): void;
};

export type JournalFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
