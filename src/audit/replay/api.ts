import type { CallSessionRow } from '../../../projections/ports.ts';
import type { Disposition } from '../../domain/call/disposition.ts';
import type { Entry } from '../../domain/entries.ts';
import type { AsOf } from './as-of.ts';
import type { Step } from './steps.ts';
import type { Who } from './who.ts';

/** A call as it was known at a moment. */
export type Replay = {
  readonly callSessionId: string;
  /** Null where the entry that names the member cannot be read, or was not known then. */
  readonly memberId: string | null;
  /** The number that was to be called, its last four digits. */
  readonly phoneNumber: string | null;
  readonly steps: readonly Step[];
  /** What of the call cannot be shown, in words; none for a sound one. */
  readonly flaws: readonly string[];
  /** The entries as they are stored, to the byte. */
  readonly entries: readonly Entry[];
};

/** What was asked for of a member, and is recorded only: nothing is deleted in this release. */
export const REQUEST_KINDS = ['deletion', 'hold'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** One thing of a member's history. */
export type HistoryItem = {
  readonly kind: 'call' | 'cancellation' | 'help' | 'look' | 'export' | 'request' | 'disclosure';
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Unique in the history, and in an order that text keeps. */
  readonly id: string;
  readonly who: Who;
  readonly what: string;
  readonly callSessionIds: readonly string[];
  /** What became of a call; null while it is open, and for everything else. */
  readonly disposition: Disposition | null;
};

/** Where a page ends: the next begins behind it. */
export type HistoryPlace = Pick<HistoryItem, 'at' | 'id'>;
export type HistoryPage = {
  readonly items: readonly HistoryItem[];
  readonly next: HistoryPlace | null;
  /** What of the history cannot be read, in words. */
  readonly flaws: readonly string[];
};

/** A look or an export, as the record of looks has it. */
export type HistoricLook = HistoryPlace & {
  /** As the log names it. */
  readonly actor: string;
  readonly action: string;
  readonly purpose: string | null;
  readonly reason: string | null;
  readonly calls: readonly string[];
};

/**
 * Who has looked at a member's data, from the record of looks: newest first, at most `limit`, those behind `after` in the order
 * of time and id.
 */
export type LooksOf = (
  memberId: string,
  page: { readonly after: HistoryPlace | null; readonly limit: number },
) => Promise<readonly HistoricLook[]>;

/** Of the calls begun in a period, those that match. Times are ISO 8601 UTC. */
export type SearchFilter = {
  readonly memberId?: string;
  readonly from?: string;
  readonly to?: string;
  readonly disposition?: Disposition;
  /** Whoever asked for the call or cancelled it: `coordinator:anna`, or `anna` in any role. */
  readonly staff?: string;
  /** One of the provider's ids of the call. */
  readonly connectionId?: string;
};

export type FoundCall = CallSessionRow & {
  /** Who asked for the call and who cancelled it, where a member of staff was searched for. */
  readonly staff: readonly {
    readonly who: Who;
    readonly did: 'asked' | 'cancelled' | 'checked' | 'closed';
    readonly at: string;
  }[];
};

/**
 * `next`: the callSessionId behind which the next page begins, null for none. A search for staff reads every call of the
 * period, so many at a time: a page may hold fewer than asked for, or none, and yet lead to another.
 */
export type SearchPage = {
  readonly calls: readonly FoundCall[];
  /** How many calls of the read models were looked at for this page. */
  readonly looked: number;
  /** callSessionIds of calls that may match: their streams cannot be read. */
  readonly unreadable: readonly string[];
  readonly next: string | null;
};

export type RecordedRequest = {
  readonly requestId: string;
  readonly kind: RequestKind;
  readonly memberId: string;
  readonly recordedAt: string;
};

/** What the trail tells of calls and members. Whoever shows it records the look first. */
export type Replays = {
  /**
   * A call by its callSessionId or one of the provider's ids; null for none.
   * @throws LogError, ReadStoreError
   */
  call(id: string, asOf: AsOf | null): Promise<Replay | null>;
  /** Newest first; null for a member whom nobody knows. @throws LogError, ReadStoreError, MembersError */
  history(memberId: string, page: { after: HistoryPlace | null; limit: number }): Promise<HistoryPage | null>;
  /** Newest first. @throws LogError, ReadStoreError */
  search(filter: SearchFilter, page: { after?: string; limit: number }): Promise<SearchPage>;
  /** Durable when it resolves; null for a member whom nobody knows. @throws LogError */
  request(asked: {
    kind: RequestKind;
    memberId: string;
    reason: string;
    actor: string;
  }): Promise<RecordedRequest | null>;
};
