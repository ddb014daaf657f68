import type { Outcome, SentCommand } from '../domain/call/bodies.ts';
import type { Notice } from './notices.ts';

/** The call that a command is for. */
export type CallTarget = {
  /** Null until the provider has named the connection. */
  readonly callConnectionId: string | null;
  /** E.164. */
  readonly phoneNumber: string;
  /** Where the provider posts this call's callbacks, with its id and secret. */
  readonly callbackUri: string;
  /** Whether an address that the provider has for a connection is one of this call's, by the check that callbacks pass. */
  isOurs(callbackUri: string): boolean;
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

/** Where the outside hears of calls. */
export type NoticePublisher = {
  /**
   * Publishes at most 500 notices at once; resolves when they have been taken. Bounded in time.
   * @throws an Error with a `code`: whether they were taken is not known, and publishing them again does no harm
   */
  publish(notices: readonly Notice[]): Promise<void>;
};

/** The disk that the log grows on. */
export type LogDisk = {
  /** What is kept free for calls that are up; at least 1. */
  readonly reserveBytes: number;
  freeBytes(): Promise<number>;
};

/** What the application tells about itself; codes and ids of calls only, never what a call is about. */
export type Journal = {
  info(fields: JournalFields, message: string): void;
  warn(fields: JournalFields, message: string): void;
  error(fields: JournalFields, message: string): void;
};

export type JournalFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * Leave to dial, for instances that share the provider's limits. A refusal is an answer like any other, also when nobody
 * can be asked: nothing here throws.
 */
export type DialPermits = {
  /** Asks for a place among the calls that may be held at once, with a turn to dial. */
  acquire(): Promise<DialPermit | DialRefusal>;
  /** Asks for a turn alone: for dialling a call once more whose place is still held. */
  turn(): Promise<'granted' | DialRefusal>;
};

/** A place, kept until it is released; of an instance that dies it comes back by itself. */
export type DialPermit = {
  /** False when it may have passed to somebody else, because it could not be renewed in time. */
  held(): boolean;
  release(): Promise<void>;
};

export type DialRefusal = {
  readonly retryAfterMs: number;
  /** Nobody could be asked. */
  readonly lost: boolean;
};

/** Messages that come when a call's deadline has passed, to whoever is up by then: several may come, or none. */
export type WakeUps = {
  /** @throws an Error with a code when the queue cannot take it, as all below */
  send(callSessionId: string, delayMs: number): Promise<WakeUpHandle>;
  /** What is due; nobody else is given it for a minute or so. */
  receive(): Promise<readonly WakeUp[]>;
  /** Lets it come again after `delayMs`. */
  hide(wakeUp: WakeUp, delayMs: number, visits: number): Promise<void>;
  /** Nothing happens when somebody else has been given it meanwhile. */
  remove(handle: WakeUpHandle): Promise<void>;
  /** Puts it where operators look at it, and nobody is woken by it. */
  setAside(wakeUp: WakeUp): Promise<void>;
};

/** The queue's own words for a message. */
export type WakeUpHandle = { readonly messageId: string; readonly receipt: string };

export type WakeUp = WakeUpHandle & {
  /** Null when the message cannot be read. */
  readonly callSessionId: string | null;
  /** How often it was received, this time included. */
  readonly deliveries: number;
  /** How many of the times before went well. */
  readonly visits: number;
  readonly text: string;
};
