import type { Entry } from '../../domain/entries.ts';
import type { Finding, Note } from './findings.ts';
import type { SealedHead } from './leaf-index.ts';

/** What of the trees is needed to judge the times of entries. */
export type Seals = {
  /** Everything dated before this had a leaf when this batch was proposed; null: nothing was settled then. */
  settledBefore(batch: number): string | null;
  /** The same, now. */
  settled(): string | null;
  /** When the process that proposed the batch was started, and when it proposed it. */
  proposed(batch: number): { readonly startedAt: string; readonly at: string };
};

export type CoverageOptions = {
  /** Entries older than this should be covered by a checkpoint; ISO 8601 UTC. */
  readonly lateBefore: string;
  /** Only one process writes the log, so what a running one did not write is nobody's. */
  readonly oneWriter: boolean;
  /** Heads of this stream wait for others to be sealed with. */
  readonly ridesAlong: boolean;
  /** When the service says that each version was stored; null: it does not say. */
  readonly storedAt: ReadonlyMap<number, string> | null;
};

/** For clocks that differ, and requests that take long. */
export const SLACK_MS = 3_600_000;

type Judgement = { readonly findings: Finding[]; readonly notes: Note[] };

/** Compares the entries of a stream with what was sealed of it. Pure; a chain that holds is somebody else's business. */
export function compareWithLeaves(
  stream: string,
  entries: readonly Entry[],
  leaves: readonly SealedHead[],
  seals: Seals,
  options: CoverageOptions,
): Judgement {
  const byVersion = new Map(entries.map((entry) => [entry.version, entry]));
  const contradicted = leaves.flatMap((leaf) => contradiction(stream, byVersion, leaf));
  const odd = leaves.flatMap((leaf) => notByWriter(stream, leaf, seals, options));
  const dated = entries.flatMap((entry) => misdated(entry, firstCovering(leaves, entry.version), seals, options));
  return {
    findings: [...firstOf(contradicted), ...odd, ...ranged(dated)],
    notes: [
      ...notesOf(
        stream,
        entries,
        'unproven',
        (entry) => !isVouchedFor(leaves, entry.version) && isCovered(leaves, entry),
      ),
      ...notesOf(stream, entries, 'uncovered', (entry) => isLate(leaves, entry, options)),
    ],
  };
}

function contradiction(stream: string, entries: ReadonlyMap<number, Entry>, leaf: SealedHead): Finding[] {
  const { version } = leaf;
  const entry = entries.get(version);
  if (entry?.hash === leaf.hash) return [];
  if (entry) return [{ stream, version, kind: 'rewritten', detail: `sealed as ${leaf.hash}` }];
  return [{ stream, version: firstMissing(entries), kind: entries.size === 0 ? 'removed' : 'truncated' }];
}

function firstMissing(entries: ReadonlyMap<number, Entry>): number {
  let version = 1;
  while (entries.has(version)) version += 1;
  return version;
}

/** What was rewritten once contradicts every leaf behind it: the first one says where. */
function firstOf(findings: readonly Finding[]): Finding[] {
  const kinds = new Map<string, Finding>();
  for (const finding of [...findings].sort((a, b) => a.version - b.version)) {
    if (!kinds.has(finding.kind)) kinds.set(finding.kind, finding);
  }
  return [...kinds.values()];
}

/** Clocks of one machine are set, too: what is dated little later than the start may be of the process before. */
function notByWriter(stream: string, leaf: SealedHead, seals: Seals, { oneWriter }: CoverageOptions): Finding[] {
  if (!oneWriter || leaf.byWriter) return [];
  const { startedAt } = seals.proposed(leaf.batch);
  return Date.parse(leaf.time) > Date.parse(startedAt) + SLACK_MS
    ? [{ stream, version: leaf.version, kind: 'not-by-writer', detail: `the server had run since ${startedAt}` }]
    : [];
}

/** The leaf by which a version was sealed first; leaves stand in the order of the tree. */
function firstCovering(leaves: readonly SealedHead[], version: number): SealedHead | undefined {
  return leaves.find((leaf) => leaf.version >= version);
}

function misdated(entry: Entry, leaf: SealedHead | undefined, seals: Seals, options: CoverageOptions): Finding[] {
  const { stream, version, at } = entry;
  const settled = leaf ? seals.settledBefore(leaf.batch) : seals.settled();
  if (settled !== null && at < settled) {
    const detail = leaf ? `sealed only at ${seals.proposed(leaf.batch).at}` : 'never sealed';
    return [{ stream, version, kind: 'back-dated', detail }];
  }
  const storedAt = options.storedAt?.get(version);
  if (!leaf || storedAt === undefined) return [];
  const sealedAt = seals.proposed(leaf.batch).at;
  return Date.parse(storedAt) > Date.parse(sealedAt) + SLACK_MS
    ? [{ stream, version, kind: 'stored-late', detail: `sealed at ${sealedAt}, stored at ${storedAt}` }]
    : [];
}

/** One finding for entries in a row that show the same: a stream that was invented has it for each. */
function ranged(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ version, kind }, index) => {
    const before = findings[index - 1];
    return !(before && before.kind === kind && before.version === version - 1);
  });
}

function isCovered(leaves: readonly SealedHead[], { version }: Entry): boolean {
  return firstCovering(leaves, version) !== undefined;
}

function isVouchedFor(leaves: readonly SealedHead[], version: number): boolean {
  return leaves.some((leaf) => leaf.byWriter && leaf.from <= version && version <= leaf.version);
}

function isLate(leaves: readonly SealedHead[], entry: Entry, { lateBefore, ridesAlong }: CoverageOptions): boolean {
  return !ridesAlong && entry.at < lateBefore && !isCovered(leaves, entry);
}

/** Notes on unbroken ranges of versions. */
function notesOf(
  stream: string,
  entries: readonly Entry[],
  kind: Note['kind'],
  holds: (entry: Entry) => boolean,
): Note[] {
  const notes: { stream: string; from: number; to: number; kind: Note['kind'] }[] = [];
  for (const entry of entries) {
    if (!holds(entry)) continue;
    const last = notes.at(-1);
    if (last && last.to === entry.version - 1) last.to = entry.version;
    else notes.push({ stream, from: entry.version, to: entry.version, kind });
  }
  return notes;
}
