import type { Outcome, SentCommand } from '../domain/call/bodies.ts';
import type { PlacesRow } from '../domain/places/row.ts';
import type { Notice } from './notices.ts';

/** The call that a command is for. */
export type CallTarget = {
  /** Null until the provider has named the connection. */
  readonly callConnectionId: string | null;
  /** E.164. */
  readonly phoneNumber: string;
  /** Where the provider posts this call's callbacks, with its id and secret; empty for what is no dial. */
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
 * Where the row of places of each line is kept. A line is what the provider's limit is for: a caller number. Each is bounded in
 * time, and nothing here throws.
 */
export type PlaceStore = {
  /** Whether other processes may change the rows too. */
  readonly isShared: boolean;
  /** So many places fit into a row. */
  readonly heldMax: number;
  /** The time by which all go that share the rows, in milliseconds; whole ones. */
  now(): number;
  read(line: string): Promise<StoredPlaces | 'absent' | PlacesLost>;
  /** Writes the row if nobody has since this tag was read. A lost answer says nothing: the row has to be read. */
  write(line: string, row: PlacesRow, etag: string): Promise<PlacesWritten | 'conflict' | PlacesLost>;
  /** Writes the first one. */
  insert(line: string, row: PlacesRow): Promise<PlacesWritten | 'exists' | PlacesLost>;
};

export type StoredPlaces = PlacesWritten & { readonly row: PlacesRow };

export type PlacesWritten = { readonly etag: string };

/** No answer, or one that helps nobody; `lost` is a stable code. */
export type PlacesLost = { readonly lost: string };

/** Messages that come when a call's deadline has passed, to whoever is up by then: several may come, or none. */
export type WakeUps = {
  /** @throws an Error with a code when the queue cannot take it, as all below */
  send(callSessionId: string, delayMs: number): Promise<WakeUpHandle>;
  /** What is due; nobody else is given it for a minute or so. */
  receive(): Promise<readonly WakeUp[]>;
  /** Lets what was received come again after `delayMs`. Null: somebody else has been given it meanwhile. */
  hide(wakeUp: WakeUp, delayMs: number, visits: number): Promise<WakeUpHandle | null>;
  /** The same of what nobody has received: for its `delayMs` from now on nobody does. */
  putOff(handle: WakeUpHandle, delayMs: number): Promise<WakeUpHandle | null>;
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
