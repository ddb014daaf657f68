import { EMPTY_HEAD } from '../../../domain/entries.ts';
import { hashEntry, hashLaidOut } from '../../../log/hash-chain.ts';
import { laidOut } from '../../../log/laid-out.ts';
import { leafHash } from '../../../tlog/hash.ts';
import { readProofLines } from '../../../tlog/proof-file.ts';
import { createInclusionCheck, type TreeHead } from '../../../tlog/prove.ts';
import { leafText, nameInTree } from '../../checkpoints/leaf.ts';
import type { Line, StreamHead, Withheld } from '../format.ts';
import type { ExportFindingKind } from './findings.ts';
import { readWritten } from './written-entry.ts';

type EntryLine = Extract<Line, { entry: unknown }>['entry'];

/** Checks one stream of an export, line by line. */
export type StreamCheck = {
  readonly name: string;
  entry(entry: EntryLine): void;
  /** How many entries there were so far. */
  count(): number;
  /**
   * Takes the next entry as it stands in its line, and lays it out.
   * @returns where the next line begins; null: it is not sound, or was written otherwise, and nothing is taken
   */
  written(bytes: Buffer, start: number): number | null;
  withheld(withheld: Withheld): void;
  /** No more lines of it come. */
  end(): void;
};

type Found = (kind: ExportFindingKind, detail: string) => void;

const HASH = /^[0-9a-f]{64}$/;

/** @param isProven whether its leaf stands in the tree of the export's checkpoint, by the hash of its first entry */
export function checkStream(head: StreamHead, isProven: ProofCheck, found: Found): StreamCheck {
  let before = EMPTY_HEAD.hash;
  let first: string | null = null;
  let lastAt: string | null = null;
  let count = 0;

  const take = (version: number, hash: string): void => {
    count += 1;
    if (version !== count) found('chain', `entry ${version} of ${head.name} stands where entry ${count} should`);
    first ??= hash;
    before = hash;
  };

  return {
    name: head.name,
    entry(entry) {
      if (hashEntry(before, head.name, count + 1, entry) !== entry.hash) {
        found('chain', `entry ${entry.version} of ${head.name}`);
      }
      lastAt = entry.at;
      take(entry.version, entry.hash);
    },
    count: () => count,
    written(bytes, start) {
      const entry = readWritten(bytes, start, count + 1);
      if (!entry) return null;
      const hash = hashLaidOut(before, head.name, entry.fieldsEnd);
      if (hash !== entry.hash) return null;
      take(count + 1, hash);
      // Of all others nobody asks.
      lastAt = count === head.version ? laidOut().at : null;
      return entry.end;
    },
    withheld({ version, hash }) {
      if (!HASH.test(hash)) found('chain', `entry ${version} of ${head.name} is withheld with its hash`);
      lastAt = null;
      take(version, hash);
    },
    end() {
      if (count !== head.version || before !== head.hash) {
        found('head', `${head.name}: ${count} entries, and its head is entry ${head.version}`);
      }
      if (lastAt !== null && lastAt !== head.time) found('head', `${head.name}: its leaf bears another time`);
      if (!isProven(head, first ?? '')) found('proof', head.name);
    },
  };
}

/** Whether a head is proven to stand in the tree of the export's checkpoint. @param firstHash of the stream's first entry */
export type ProofCheck = (head: StreamHead, firstHash: string) => boolean;

/** @param note the export's checkpoint, to the letter, which every proof has to end in. @param tree that it is of */
export function createProofCheck(note: string, tree: TreeHead): ProofCheck {
  const isIncluded = createInclusionCheck(tree);
  return ({ name, version, from, hash, time, how, proof }, firstHash) => {
    const file = readProofLines(proof);
    if (!file || file.checkpoint !== note) return false;
    const leaf = leafText({ stream: nameInTree(name, firstHash), version, from, hash, time, how });
    return isIncluded(leafHash(Buffer.from(leaf)), file.index, file.siblings);
  };
}
