import { EMPTY_HEAD } from '../../../domain/entries.ts';
import { hashEntry } from '../../../log/hash-chain.ts';
import { leafHash } from '../../../tlog/hash.ts';
import { readProof } from '../../../tlog/proof-file.ts';
import { isIncluded, type TreeHead } from '../../../tlog/prove.ts';
import { leafText, nameInTree } from '../../checkpoints/leaf.ts';
import type { Line, StreamHead, Withheld } from '../format.ts';
import type { ExportFindingKind } from './findings.ts';

type EntryLine = Extract<Line, { entry: unknown }>['entry'];

/** Checks one stream of an export, line by line. */
export type StreamCheck = {
  readonly name: string;
  entry(entry: EntryLine): void;
  withheld(withheld: Withheld): void;
  /** No more lines of it come. */
  end(): void;
};

type Found = (kind: ExportFindingKind, detail: string) => void;

const HASH = /^[0-9a-f]{64}$/;

/** @param checkpoint the export's, to the letter, and the tree that it is of */
export function checkStream(
  head: StreamHead,
  checkpoint: { readonly note: string; readonly tree: TreeHead },
  found: Found,
): StreamCheck {
  let before = EMPTY_HEAD.hash;
  let first: string | null = null;
  let lastAt: string | null = null;
  let count = 0;

  const next = (version: number, hash: string): void => {
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
      next(entry.version, entry.hash);
    },
    withheld({ version, hash }) {
      if (!HASH.test(hash)) found('chain', `entry ${version} of ${head.name} is withheld with its hash`);
      lastAt = null;
      next(version, hash);
    },
    end() {
      if (count !== head.version || before !== head.hash) {
        found('head', `${head.name}: ${count} entries, and its head is entry ${head.version}`);
      }
      if (lastAt !== null && lastAt !== head.time) found('head', `${head.name}: its leaf bears another time`);
      if (!isProven(head, first ?? '', checkpoint)) found('proof', head.name);
    },
  };
}

function isProven(
  head: StreamHead,
  firstHash: string,
  { note, tree }: { readonly note: string; readonly tree: TreeHead },
): boolean {
  const file = readProof(head.proof);
  if (!file || file.checkpoint !== note) return false;
  const { version, from, hash, time, how } = head;
  const leaf = leafText({ stream: nameInTree(head.name, firstHash), version, from, hash, time, how });
  return isIncluded(leafHash(Buffer.from(leaf)), file.index, tree, file.proof);
}
