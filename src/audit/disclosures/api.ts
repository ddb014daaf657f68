import type { Period, PeriodAsked } from './period.ts';

/** One disclosure with the four items of 45 CFR 164.528(b)(2). Numbers in what people wrote are masked. */
export type Disclosure = {
  /** The day, UTC. */
  readonly date: string;
  readonly recipient: { readonly name: string; readonly address: string | null };
  readonly what: string;
  readonly purpose: string;
  /** Where it stands in the log. */
  readonly source: { readonly stream: string; readonly version: number };
};

/** What the member may be given, and what only compliance is to know. */
export type Accounting = Period & {
  readonly memberId: string;
  /** Oldest first. The member is given these. */
  readonly disclosures: readonly Disclosure[];
  /** For compliance only: what is left out for a while, by which agency's statement, until which day. */
  readonly suspended: readonly { readonly agency: string; readonly until: string; readonly disclosures: number }[];
  /** For compliance only: what cannot be read, in words. */
  readonly flaws: readonly string[];
};

/** A disclosure that is recorded by hand. */
export type DisclosureAsked = {
  readonly memberId: string;
  readonly recipient: string;
  readonly address?: string;
  readonly what: string;
  readonly purpose: string;
  readonly on: string;
  readonly reason: string;
  readonly actor: string;
};

export type SuspensionAsked = {
  readonly memberId: string;
  readonly agency: string;
  readonly until: string;
  readonly oral: boolean;
  readonly reason: string;
  readonly actor: string;
};

export type RecordedForMember = {
  /** Its id in the stream of the day. */
  readonly id: string;
  readonly memberId: string;
  readonly recordedAt: string;
};

/** Whom a member's data was told. Each gives null for a member whom nobody knows, and words for what cannot be. */
export type Disclosures = {
  /** Whoever shows it records the look first. @throws LogError, ReadStoreError, MembersError */
  accounting(memberId: string, asked: PeriodAsked): Promise<Accounting | string | null>;
  /** Durable when it resolves. @throws LogError */
  record(asked: DisclosureAsked): Promise<RecordedForMember | string | null>;
  /** Durable when it resolves. @throws LogError */
  suspend(asked: SuspensionAsked): Promise<RecordedForMember | string | null>;
};
