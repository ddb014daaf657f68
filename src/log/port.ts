import { CodedError } from '../base/coded-error.ts';
import type { Entry, Head, NewEntry } from '../domain/entries.ts';
import type { StoredStream } from './stored-stream.ts';

/**
 * The call-event log: append-only streams. This is the whole of the port; nothing here updates or deletes.
 * Every adapter passes `test/log/contract.ts`.
 */
export type CallEventLog = {
  /** The stream's entries in order, from `fromVersion` (default 1). An unknown stream is an empty one. */
  read(stream: string, fromVersion?: number): Promise<readonly Entry[]>;
  /** All of it, for whoever hands most of it on unseen. Absent: `read` costs no more. */
  readStored?(stream: string): Promise<StoredStream>;
  /**
   * Appends all entries or none, right after `head`, durably: when the promise resolves with `entries` they survive
   * a crash of the process and of the machine. Another head in the store is an expected outcome: `conflict`.
   * @throws LogError LOG_TOO_LARGE, LOG_UNAVAILABLE, LOG_UNKNOWN_OUTCOME
   * @throws TypeError for no entries, and for text with half of a surrogate pair, which UTF-8 cannot keep
   */
  append(stream: string, head: Head, entries: readonly NewEntry[]): Promise<AppendResult>;
  /** Puts a stream on the list of streams of the hour `at`; to be called before its first append. Idempotent. */
  register(stream: string, at: Date): Promise<void>;
  /** Every registered stream of the hours from `since` (default: the first) on, oldest hour first, each once. */
  registered(since?: Date): AsyncIterable<string>;
  /**
   * Whether an append would be taken, as far as can be told without one, and whether `stream`, to which something was
   * appended, is still there. One read, and where the log is a file what shows that its disk takes data.
   * @throws LogError LOG_UNAVAILABLE
   */
  probe(stream: string): Promise<void>;
  close(): Promise<void>;
};

/** What an auditor asks of a log beyond the port: of all that the store holds, whether the register names it or not. */
export type LogInspection = {
  /** Only one process at a time writes the store. */
  readonly oneWriter: boolean;
  /** Every stream of which the store holds an entry. @throws LogError */
  stored(): AsyncIterable<{ readonly stream: string; readonly isRegistered: boolean }>;
  /** How many streams the register names, for whoever waits; absent: counting them would take as long as reading them. */
  registeredCount?(): Promise<number>;
  /** What of the store's own safeguards is not as it was made, in words; none: all are. @throws LogError */
  safeguards(): Promise<readonly string[]>;
  /** When the service says that the entries of a stream were stored, by version; absent: the store does not know. */
  storedAt?(stream: string): Promise<ReadonlyMap<number, string>>;
};

/** A log that is looked at by an auditor. */
export type InspectedLog = Pick<CallEventLog, 'read' | 'registered' | 'close'> & { readonly inspection: LogInspection };

export type AppendResult = { readonly entries: readonly Entry[] } | { readonly conflict: true };

export type LogErrorCode =
  | 'LOG_UNKNOWN_OUTCOME'
  | 'LOG_TOO_LARGE'
  | 'LOG_UNAVAILABLE'
  | 'LOG_CORRUPT'
  | 'LOG_IN_USE'
  | 'LOG_LOST';

type LogErrorOptions = ErrorOptions & {
  readonly version?: number;
  readonly restart?: boolean;
  readonly hopeless?: boolean;
};

/**
 * The log could not do as told. LOG_UNAVAILABLE: nothing was written, try again. LOG_UNKNOWN_OUTCOME: it may have been
 * written, read before trying again. LOG_TOO_LARGE: never possible. LOG_CORRUPT: the store contradicts itself. LOG_IN_USE:
 * another process has the store open for writing. LOG_LOST: the store is not the one that was written to.
 */
export class LogError extends CodedError<LogErrorCode> {
  override readonly name = 'LogError';
  /** LOG_CORRUPT: the entry of the stream that cannot be read; absent when it is the store as a whole. */
  readonly version: number | undefined;
  /** LOG_UNAVAILABLE: this process will not write again, and the next one can. */
  readonly restart: boolean;
  /** LOG_UNAVAILABLE: the settings lead nowhere, and trying again changes nothing. */
  readonly hopeless: boolean;

  constructor(code: LogErrorCode, message: string, options?: LogErrorOptions) {
    super(code, message, options);
    this.version = options?.version;
    this.restart = options?.restart === true;
    this.hopeless = options?.hopeless === true;
  }
}

/**
 * Limits of one append that every adapter keeps, those of Azure Tables, so that a log can move between stores. Tables
 * takes 4 MiB as sent: text that goes as base64 grows by a third, and each row brings up to 2 KiB of keys and headers.
 */
export const LOG_LIMITS = { entriesPerAppend: 100, dataBytes: 64 * 1024, bytesPerAppend: 2 * 1024 * 1024 } as const;
