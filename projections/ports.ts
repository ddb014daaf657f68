import { CodedError } from '../src/base/coded-error.ts';
import type { CallStatus } from '../src/domain/call/call.ts';
import type { Disposition } from '../src/domain/call/disposition.ts';
import type { ProviderIds } from '../src/domain/inbox/event-grid.ts';

/** A row of CallSessions. Times are ISO 8601 UTC. */
export type CallSessionRow = {
  readonly callSessionId: string;
  readonly memberId: string;
  readonly callConnectionId: string | null;
  /** ACS's other names of the call: what Event Grid calls it by. */
  readonly correlationId: string | null;
  readonly serverCallId: string | null;
  readonly status: CallStatus;
  /** Null while the call is open. */
  readonly disposition: Disposition | null;
  /** `id@version` of the script. */
  readonly questionnaire: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The version of the stream that this row shows: the row is its own checkpoint. */
  readonly version: number;
};

/** A row of CallResponses. */
export type CallResponseRow = {
  /** `{callSessionId}-{questionNumber}`: the same in every rebuild. */
  readonly responseId: string;
  readonly callSessionId: string;
  readonly questionNumber: number;
  readonly response: string;
  readonly recordedAt: string;
};

/** All rows of one call. */
export type CallRows = { readonly session: CallSessionRow; readonly responses: readonly CallResponseRow[] };

export type CallFilter = {
  readonly memberId?: string;
  /** One, or any of several. */
  readonly status?: CallStatus | readonly CallStatus[];
  readonly disposition?: Disposition | readonly Disposition[];
  /** `id@version` of the script. */
  readonly questionnaire?: string;
  /** Created at or after / before, ISO 8601 UTC. */
  readonly from?: string;
  readonly to?: string;
};

/**
 * Newest first. `after` is the callSessionId of the last row of the page before (ids are UUIDv7, so ordered by time); `before` that
 * of the first row of the page behind: the rows nearest to it.
 */
export type CallPage = {
  readonly filter: CallFilter;
  readonly after?: string;
  readonly before?: string;
  readonly limit: number;
};

/** How many calls were created within an hour and stand alike. */
export type CallCount = {
  /** When the hour begins, ISO 8601 UTC. */
  readonly hour: string;
  readonly status: CallStatus;
  /** Null while the calls are open. */
  readonly disposition: Disposition | null;
  /** `id@version` of the script. */
  readonly questionnaire: string;
  /** At least one. */
  readonly calls: number;
};

export type RebuildReport = {
  readonly sessions: number;
  readonly responses: number;
  /** callSessionIds whose live rows differed from the rebuilt ones. */
  readonly differences: readonly string[];
};

/**
 * The read models. Everything in them is a function of the log and can be built again. Every adapter passes
 * `test/projections/read-store-contract.ts`.
 */
export type ReadStore = {
  /** Writes the rows of many calls in one transaction; a row never goes back to an older version. */
  write(calls: readonly CallRows[]): Promise<void>;
  bySession(callSessionId: string): Promise<CallRows | null>;
  /** The rows of those sessions that have some, in any order. All of them come at once: ask for a hundred. */
  bySessions(callSessionIds: readonly string[]): Promise<readonly CallRows[]>;
  byConnection(callConnectionId: string): Promise<CallRows | null>;
  /**
   * The call that has one of these two spellings of an id: the folded one as its callSessionId, else the newest with the given one as
   * its callConnectionId, else with the folded one. In one question: whoever asks mostly has to wait for the answer.
   */
  byAnyId(id: string, folded: string): Promise<CallRows | null>;
  /** The callSessionId of the call that ACS knows by one of these, null for none; the newest if there were several. */
  byProviderIds(ids: ProviderIds): Promise<string | null>;
  list(page: CallPage): Promise<readonly CallSessionRow[]>;
  /**
   * The calls of the hours that begin at or after `from` and before `to` (ISO 8601 UTC), counted as they were written; in any
   * order.
   */
  counts(from: string, to: string): Promise<readonly CallCount[]>;
  /** The versions of those sessions that have a row. */
  versions(callSessionIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Ids of the calls without a disposition, which are the open ones. */
  open(): Promise<readonly string[]>;
  /** The newest updatedAt, null when empty: nothing older than the longest call before it can have been missed. */
  newestUpdate(): Promise<string | null>;
  /** Fills new tables beside the live ones, compares, swaps in one transaction. */
  rebuild(calls: AsyncIterable<CallRows>): Promise<RebuildReport>;
  readonly notices: NoticeLedger;
  /** What is wrong with the store, in words for operators; absent: its errors say all. */
  problems?(): readonly string[];
  close(): Promise<void>;
};

/**
 * What the outside has been told of each call. Kept beside the read models and not derived from the log: a rebuild leaves
 * it alone, so that nobody is told everything again.
 */
export type NoticeLedger = {
  /**
   * Calls updated at or after `since` (ISO 8601 UTC) that have a disposition or an answer and have changed since they were
   * last marked, oldest update first, with the ids of the notices marked so far.
   */
  due(since: string, limit: number): Promise<readonly DueNotices[]>;
  /** Replaces the marks of these calls, all or none; a mark never goes back to an older version. */
  mark(marks: readonly NoticeMark[]): Promise<void>;
};

export type DueNotices = {
  readonly rows: CallRows;
  readonly published: readonly string[];
  /**
   * What of this call was to be told before this moment (ISO 8601 UTC) counts as published, for nobody knows any more
   * whether it was; absent: `published` is all of it.
   */
  readonly toldBefore?: string;
};

/** Up to `version` of the call's stream these notices have been published. */
export type NoticeMark = {
  readonly callSessionId: string;
  readonly version: number;
  readonly published: readonly string[];
};

/** Whose errors they are: what their codes begin with. */
export type ErrorFamily = 'READ_STORE' | 'MEMBERS';

export type ReadStoreErrorCode =
  | 'READ_STORE_CORRUPT'
  | 'READ_STORE_NEWER'
  | 'READ_STORE_BUSY'
  | 'READ_STORE_UNAVAILABLE'
  | 'READ_STORE_REFUSED'
  | 'READ_STORE_OVERTAKEN'
  | 'MEMBERS_CORRUPT'
  | 'MEMBERS_NEWER'
  | 'MEMBERS_BUSY'
  | 'MEMBERS_UNAVAILABLE'
  | 'MEMBERS_REFUSED'
  | 'MEMBERS_READ_ONLY';

/**
 * A store of this folder could not do as told. CORRUPT: its file contradicts itself. NEWER: a later release has changed
 * its tables. BUSY: another process holds it, try again. UNAVAILABLE: no disk, no rights, no connection. REFUSED: the
 * database does not take the statement or its values, and will not later. OVERTAKEN: another rebuild of the same read
 * models began. READ_ONLY: the members are the plan's, or this login may not change them. Messages name files and tables, never what a row holds.
 */
export class ReadStoreError extends CodedError<ReadStoreErrorCode> {
  override readonly name = 'ReadStoreError';
}
