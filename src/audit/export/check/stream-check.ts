import { type Digest, digestOf, hexOf, NO_DIGEST } from '../../../log/digest.ts';
import { chainedDigest, hashEntry } from '../../../log/hash-chain.ts';
import { laidOutAt } from '../../../log/laid-out.ts';
import { leafHashOf } from '../../../tlog/hash.ts';
import { readProofLines } from '../../../tlog/proof-file.ts';
import { createInclusionCheck, type TreeHead } from '../../../tlog/prove.ts';
import { isHiddenInTree, leafText, nameInTree } from '../../checkpoints/leaf.ts';
import type { Line, StreamHead, Withheld } from '../format.ts';
import type { ExportFindingKind } from './findings.ts';
import { readWritten, type Source } from './written-entry.ts';

type EntryLine = Extract<Line, { entry: unknown }>['entry'];

/** Checks one stream of an export, line by line. */
export type StreamCheck = {
  readonly name: string;
  entry(entry: EntryLine): void;
  /** How many entries there were so far. */
  count(): number;
  /**
   * Takes entries as they stand in their lines, as far as they are sound and written as we do it.
   * @param isLast whether to go no further than this entry, which is laid out then
   * @returns where the next line begins
   */
  written(source: Source, start: number, isLast: (version: number) => boolean): number;
  withheld(withheld: Withheld): void;
  /** No more lines of it come. */
  end(): void;
};

type Found = (kind: ExportFindingKind, detail: string) => void;

const HASH = /^[0-9a-f]{64}$/;

/** @param isProven whether its leaf stands in the tree of the export's checkpoint, by the hash of its first entry */
export function checkStream(head: StreamHead, isProven: ProofCheck, found: Found): StreamCheck {
  let before = NO_DIGEST;
  let first: Digest | null = null;
  let lastAt: string | null = null;
  let count = 0;

  const take = (version: number, digest: Digest): void => {
    count += 1;
    if (version !== count) found('chain', `entry ${version} of ${head.name} stands where entry ${count} should`);
    first ??= digest;
    before = digest;
  };

  return {
    name: head.name,
    entry(entry) {
      if (hashEntry(hexOf(before), head.name, count + 1, entry) !== entry.hash) {
        found('chain', `entry ${entry.version} of ${head.name}`);
      }
      lastAt = entry.at;
      take(entry.version, digestOf(entry.hash));
    },
    count: () => count,
    written(source, start, isLast) {
      for (let place = start; ; ) {
        const entry = readWritten(source, place, count + 1);
        if (!entry) return place;
        const digest = chainedDigest(before, head.name, entry.fieldsEnd, entry.view, entry.hashAt);
        if (digest === null) return place;
        take(count + 1, digest);
        // Of all others nobody asks.
        lastAt = count === head.version ? laidOutAt() : null;
        place = entry.end;
        if (isLast(count)) return place;
      }
    },
    withheld({ version, hash }) {
      if (!HASH.test(hash)) found('chain', `entry ${version} of ${head.name} is withheld with its hash`);
      lastAt = null;
      take(version, digestOf(hash));
    },
    end() {
      if (count !== head.version || hexOf(before) !== head.hash) {
        found('head', `${head.name}: ${count} entries, and its head is entry ${head.version}`);
      }
      if (lastAt !== null && lastAt !== head.time) found('head', `${head.name}: its leaf bears another time`);
      if (!isProven(head, first ?? NO_DIGEST)) found('proof', head.name);
    },
  };
}

/** Whether a head is proven to stand in the tree of the export's checkpoint. @param first of the stream's first entry */
export type ProofCheck = (head: StreamHead, first: Digest) => boolean;

/** @param note the export's checkpoint, to the letter, which every proof has to end in. @param tree that it is of */
export function createProofCheck(note: string, tree: TreeHead): ProofCheck {
  const isIncluded = createInclusionCheck(tree);
  return ({ name, version, from, hash, time, how, proof }, first) => {
    const file = readProofLines(proof);
    if (!file || file.checkpoint !== note) return false;
    const stream = nameInTree(name, isHiddenInTree(name) ? hexOf(first) : '');
    const leaf = leafText({ stream, version, from, hash, time, how });
    return isIncluded(leafHashOf(leaf), file.index, file.siblings);
  };
}
