import type { AccessRecord } from '../../../projections/access.ts';
import type { Disclosure } from '../disclosures/api.ts';
import type { Period, PeriodAsked } from '../disclosures/period.ts';
import type { StartServerBody } from '../starts.ts';
import type { LastVerification } from '../verify/results.ts';
import type { ReviewCounts, SignOff } from './entries.ts';

/** Looks and refusals of a period, counted. */
export type AccessCounts = {
  readonly looks: number;
  readonly refusals: number;
  readonly glassBroken: number;
  /** Looks by what the actor is, and by what was looked at. */
  readonly byKind: Readonly<Record<string, number>>;
  readonly byAction: Readonly<Record<string, number>>;
};

/** Who looked in a month, for whoever reviews it. The same for the same entries, to the letter. */
export type MonthReview = {
  readonly month: string;
  readonly counts: ReviewCounts;
  readonly text: string;
  /** Of the text in UTF-8; hex. */
  readonly sha256: string;
  /** A month that goes on cannot be signed off. */
  readonly isOver: boolean;
  /** Oldest first. One with another hash was of other looks: some have come to be known since. */
  readonly signOffs: readonly SignOff[];
};

/** A disclosure that counts, with whom it concerns. */
export type ListedDisclosure = Disclosure & {
  /** Of how many members. */
  readonly members: number;
  /** The first of them. */
  readonly memberIds: readonly string[];
  /** Null: it was recorded by hand. */
  readonly exportId: string | null;
  /** Whether the export came to its end, as far as is known now. */
  readonly isWhole: boolean;
  /** For how many of them an agency's statement keeps it out of the accounting now. */
  readonly suspended: number;
};

/** A script that was in force: used by calls of the period, published in it, or the newest before it. */
export type ScriptInForce = {
  readonly hash: string;
  readonly id: string;
  readonly version: number;
  readonly publishedAt: string;
  /** Calls of the period under this id and version. */
  readonly calls: number;
  /** As it was published, to the byte: its SHA-256 is the hash. */
  readonly text: string;
};

export type CallFigures = {
  readonly calls: number;
  readonly byDisposition: Readonly<Record<string, number>>;
  /** Most calls that were begun for one member in 24 hours, and in seven days. */
  readonly mostInADay: number;
  readonly mostInAWeek: number;
};

export type ServerStart = StartServerBody & { readonly at: string };

/** What there is to show an auditor of a period. It holds no number of a member. */
export type Evidence = {
  readonly period: Period;
  /** ISO 8601 UTC. */
  readonly gatheredAt: string;
  /** The last one, whenever it was; null: none is known. */
  readonly verification: LastVerification | null;
  /** Of the period. */
  readonly verifications: { readonly count: number; readonly withFindings: number };
  /** The newest one; null: there is none. */
  readonly checkpoint: string | null;
  /** As the newest start of a server has it; null: none is known. */
  readonly verifierKey: string | null;
  readonly access: AccessCounts;
  readonly reviews: readonly MonthReview[];
  readonly disclosures: readonly ListedDisclosure[];
  readonly scripts: readonly ScriptInForce[];
  /** In the period, and the newest before it. */
  readonly starts: readonly ServerStart[];
  readonly calls: CallFigures;
  /** Requests for deletion or hold in the period. */
  readonly requests: number;
  /** Of the whole log; the day is that of its first entry. */
  readonly log: { readonly streams: number; readonly firstDay: string | null };
  /** What cannot be read, in words. */
  readonly flaws: readonly string[];
};

/** A look without whose data it was: that stands in the log, and an auditor of the whole does not need it. */
export type EvidenceLook = Pick<
  AccessRecord,
  'at' | 'actor' | 'kind' | 'roles' | 'action' | 'purpose' | 'reason' | 'address' | 'requestId' | 'stream' | 'version'
> & { readonly calls: number; readonly members: number; readonly refused: number };

export type SignOffAsked = {
  readonly month: string;
  readonly statement: string;
  /** SHA-256 of the report that was read; absent: of the one that there is now. */
  readonly report?: string;
  readonly actor: string;
};

export type SignedOff = {
  readonly id: string;
  readonly month: string;
  readonly counts: ReviewCounts;
  readonly sha256: string;
  readonly recordedAt: string;
};

/** What an auditor asks for. Each gives words for what cannot be. Whoever shows it records the look first. */
export type Evidences = {
  /** The last whole month, unless it is asked otherwise. @throws LogError, ReadStoreError, CheckpointError */
  gather(asked: PeriodAsked): Promise<Evidence | string>;
  /** A page of who looked in a period, newest first, behind a recordId. @throws ReadStoreError */
  looks(
    period: Period,
    before: string | null,
  ): Promise<{ readonly looks: readonly EvidenceLook[]; readonly next: string | null }>;
  /** Who looked in one month, and its sign-offs of the year behind it, without the rest. @throws LogError, ReadStoreError */
  review(month: string): Promise<MonthReview | string>;
  /** Durable when it resolves. @throws LogError, ReadStoreError */
  signOff(asked: SignOffAsked): Promise<SignedOff | string>;
};
