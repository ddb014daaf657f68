import type { BeginNote, Totals } from '../format.ts';

/** What of an export does not hold. `line`: 1, 2, 3 ...; 0: the file as a whole. */
export type ExportFinding = { readonly line: number; readonly kind: ExportFindingKind; readonly detail: string };

export const EXPORT_FINDING_KINDS = [
  'line',
  'signature',
  'checkpoint',
  'proof',
  'chain',
  'head',
  'withheld',
  'note',
  'digest',
  'missing',
  'foreign',
  'end',
  'witnesses',
] as const;
export type ExportFindingKind = (typeof EXPORT_FINDING_KINDS)[number];

/** What was checked, and what of it does not hold. */
export type ExportCheck = {
  /** Null when the first line says nothing that can be believed. */
  readonly about: BeginNote | null;
  readonly totals: Totals;
  /** The first of them. */
  readonly findings: readonly ExportFinding[];
  readonly findingCount: number;
  /** What the export itself says it lacks, in words. */
  readonly notes: readonly string[];
  readonly checkpoint: { readonly origin: string; readonly size: number } | null;
  /** Names of the witnesses that have signed its checkpoint. */
  readonly cosignedBy: readonly string[];
};

/** What each kind means, in words. */
export const EXPORT_FINDING_WORDS: Readonly<Record<ExportFindingKind, string>> = {
  line: 'a line that no export has: the file was changed, or is in another encoding',
  signature: 'not signed with the key that you gave',
  checkpoint: 'the checkpoint is none of this log, or not the one of this export',
  proof: 'the stream’s head is not in the tree of the checkpoint',
  chain: 'an entry was changed, left out or put in',
  head: 'the entries do not end where the stream’s head says',
  withheld: 'an entry is withheld without a reason, or with one that the first line does not name',
  note: 'a note does not say what stands before it',
  digest: 'the lines are not those that were signed',
  missing: 'something that the export must hold is not there',
  foreign: 'something is there that is not of this export',
  end: 'the last line is missing, or something stands behind it: the export was broken off, or is several',
  witnesses: 'fewer witnesses have signed the checkpoint than are demanded',
};
