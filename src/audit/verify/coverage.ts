import type { Entry } from '../../domain/entries.ts';
import { SLACK_MS } from '../checkpoints/covered.ts';
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

type Judgement = { readonly findings: readonly Finding[]; readonly notes: readonly Note[] };

/** Compares the entries of a stream with what was sealed of it. Pure; a chain that holds is somebody else's business. */
export function compareWithLeaves(
  stream: string,
  entries: readonly Entry[],
  leaves: readonly SealedHead[],
  seals: Seals,
  options: CoverageOptions,
): Judgement {
  const at = atVersion(entries);
  const contradicted = leaves.flatMap((leaf) => contradiction(stream, at, leaf));
  const odd = leaves.flatMap((leaf) => notByWriter(stream, leaf, seals, options));
  const findings = [...firstOf(contradicted), ...odd];
  const notes: Range[] = [];
  // Both in the order of versions, and walked once: a stream may have as many leaves as entries.
  const [covering, vouched] = [walk(firstCoverings(leaves)), walk(vouchedFor(leaves))];
  for (const entry of entries) {
    const leaf = covering(entry.version)?.leaf;
    const finding = misdated(entry, leaf, seals, options);
    if (finding) findings.push(finding);
    const span = vouched(entry.version);
    const isVouchedFor = span !== undefined && span.from <= entry.version;
    if (leaf && !isVouchedFor) extend(notes, entry, 'unproven');
    if (!leaf && !options.ridesAlong && entry.at < options.lateBefore) extend(notes, entry, 'uncovered');
  }
  return { findings: ranged(findings), notes };
}

/** What a leaf says of a stream that the entries do not; none: they are what was sealed. Pure. */
export function contradictionOf(
  stream: string,
  entries: readonly Entry[],
  leaf: Pick<SealedHead, 'version' | 'hash'>,
): readonly Finding[] {
  return contradiction(stream, atVersion(entries), leaf);
}

type Lookup = (version: number) => Entry | undefined;

/** Mostly the entry stands in its place; where the chain is broken it is looked for. */
function atVersion(entries: readonly Entry[]): Lookup {
  return (version) => {
    const here = entries[version - 1];
    return here?.version === version ? here : entries.find((entry) => entry.version === version);
  };
}

function contradiction(stream: string, at: Lookup, leaf: Pick<SealedHead, 'version' | 'hash'>): Finding[] {
  const { version } = leaf;
  const entry = at(version);
  if (entry?.hash === leaf.hash) return [];
  if (entry) return [{ stream, version, kind: 'rewritten', detail: `sealed as ${leaf.hash}` }];
  const missing = firstMissing(at, version);
  return [{ stream, version: missing, kind: missing === 1 ? 'removed' : 'truncated' }];
}

function firstMissing(at: Lookup, most: number): number {
  for (let version = 1; version < most; version += 1) if (!at(version)) return version;
  return most;
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

/** Something that holds for all versions up to one. */
type UpTo = { readonly upTo: number };

/** Finds in what is sorted, for versions that are asked for in their order. */
function walk<Part extends UpTo>(parts: readonly Part[]): (version: number) => Part | undefined {
  let next = 0;
  return (version) => {
    while (next < parts.length && parts[next]!.upTo < version) next += 1;
    return parts[next];
  };
}

/** By which leaf each version was sealed first; leaves stand in the order of the tree. */
function firstCoverings(leaves: readonly SealedHead[]): (UpTo & { readonly leaf: SealedHead })[] {
  const parts: (UpTo & { readonly leaf: SealedHead })[] = [];
  for (const leaf of leaves) {
    if (leaf.version > (parts.at(-1)?.upTo ?? 0)) parts.push({ upTo: leaf.version, leaf });
  }
  return parts;
}

/** Which versions those vouch for who wrote them: spans that neither touch nor overlap. */
function vouchedFor(leaves: readonly SealedHead[]): (UpTo & { readonly from: number })[] {
  const spans: { from: number; upTo: number }[] = [];
  const byWriters = leaves.filter(({ byWriter }) => byWriter).sort((a, b) => a.from - b.from);
  for (const { from, version } of byWriters) {
    const last = spans.at(-1);
    if (last && from <= last.upTo + 1) last.upTo = Math.max(last.upTo, version);
    else spans.push({ from, upTo: version });
  }
  return spans;
}

function misdated(entry: Entry, leaf: SealedHead | undefined, seals: Seals, options: CoverageOptions): Finding | null {
  const { stream, version, at } = entry;
  const settled = leaf ? seals.settledBefore(leaf.batch) : seals.settled();
  if (settled !== null && at < settled) {
    const detail = leaf ? `sealed only at ${seals.proposed(leaf.batch).at}` : 'never sealed';
    return { stream, version, kind: 'back-dated', detail };
  }
  const storedAt = options.storedAt?.get(version);
  if (!leaf || storedAt === undefined) return null;
  const sealedAt = seals.proposed(leaf.batch).at;
  if (Date.parse(storedAt) <= Date.parse(sealedAt) + SLACK_MS) return null;
  return { stream, version, kind: 'stored-late', detail: `sealed at ${sealedAt}, stored at ${storedAt}` };
}

/** One finding for entries in a row that show the same: a stream that was invented has it for each. */
function ranged(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ version, kind }, index) => {
    const before = findings[index - 1];
    return !(before && before.kind === kind && before.version === version - 1);
  });
}

type Range = { readonly stream: string; readonly from: number; to: number; readonly kind: Note['kind'] };

/** Notes on unbroken ranges of versions. */
function extend(notes: Range[], { stream, version }: Entry, kind: Note['kind']): void {
  const last = notes.findLast((note) => note.kind === kind);
  if (last && last.to === version - 1) last.to = version;
  else notes.push({ stream, from: version, to: version, kind });
}
