import type { Sought } from './search.ts';

export type Member = {
  readonly memberId: string;
  /** E.164. */
  readonly phoneNumber: string;
  readonly name?: string;
  /** IANA name. */
  readonly timeZone?: string;
};

/** What is to be kept of a member: a field that is absent stays as it is, null takes its value away. */
export type MemberChange = Pick<Member, 'memberId' | 'phoneNumber'> & {
  readonly name?: string | null;
  readonly timeZone?: string | null;
};

/** What became of members that were saved. */
export type SaveCounts = { readonly new: number; readonly changed: number; readonly unchanged: number };

/** What saving would make of a member. @param known as it stands; null: there is none */
export function fateOf(known: Member | null, change: MemberChange): keyof SaveCounts {
  if (known === null) return 'new';
  const isSame = (['phoneNumber', 'name', 'timeZone'] as const).every(
    (field) => change[field] === undefined || change[field] === (known[field] ?? null),
  );
  return isSame ? 'unchanged' : 'changed';
}

export type MembersPage = {
  /** The last id of the page before. */
  readonly after?: string;
  /** What ids begin with; absent: any. */
  readonly search?: string;
  readonly limit: number;
};

export type MembersSearch = {
  readonly sought: Sought;
  /** The last id of the page before. */
  readonly after?: string;
  readonly limit: number;
};

/** The same as somebody types it: how an id or words of a name begin, or how a number ends. */
export type TypedSearch = Omit<MembersSearch, 'sought'> & { readonly text: string };

/** In the order of ids. */
export type FoundMembers = {
  readonly members: readonly Member[];
  /** Whether more are like that than are looked at, so that these are some of them only. */
  readonly isPartial: boolean;
  /** The names of the fields that were searched, none of what cannot be looked for. */
  readonly fields: readonly string[];
};

/** The plan's members: an existing table on Azure, a file of its own when embedded, never derived from the log. */
export type Members = {
  find(memberId: string): Promise<Member | null>;
  /**
   * Inserts or changes all or none; of several of one id the last counts.
   * @param members may be gone through more than once
   * @throws ReadStoreError MEMBERS_READ_ONLY, as `remove` does: the members are not ours to change
   */
  save(members: Iterable<MemberChange>): Promise<SaveCounts>;
  /** False when there was no such member. */
  remove(memberId: string): Promise<boolean>;
  /** In the order of ids. */
  list(page: MembersPage): Promise<readonly Member[]>;
  /** Those who are sought, in the order of ids. */
  search(page: MembersSearch): Promise<Omit<FoundMembers, 'fields'>>;
  /** What saving these would come to; nothing is changed. */
  compare(members: Iterable<MemberChange>): Promise<SaveCounts>;
  /** Why members cannot be changed here, in words; absent or null: they can, as far as is known. */
  readonly readOnly?: string | null;
  /** What is wrong with the store, in words for operators; absent: its errors say all. */
  problems?(): readonly string[];
  close(): Promise<void>;
};
