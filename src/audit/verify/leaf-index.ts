import { HASH_BYTES } from '../../tlog/hash.ts';
import type { HeadLeaf } from '../checkpoints/leaf.ts';

/** A leaf of the tree, as far as a stream is checked by it. */
export type SealedHead = {
  readonly version: number;
  readonly from: number;
  readonly hash: string;
  readonly time: string;
  readonly byWriter: boolean;
  /** Which batch it came in, counted over all trees of the log. */
  readonly batch: number;
};

/** The leaves of all trees by stream; some hundred bytes each, so that a large log's fit into memory. */
export type LeafIndex = {
  add(leaf: HeadLeaf, batch: number): void;
  /** Oldest first. Whoever asks has found the stream. */
  of(name: string): readonly SealedHead[];
  /** The streams that nobody has asked for, with the newest version that was sealed of each. */
  unasked(): IterableIterator<{ readonly name: string; readonly version: number }>;
};

const GROWTH = 2;

export function createLeafIndex(): LeafIndex {
  /** By the name of the stream: the number of its newest leaf; each leaf knows the one before it. */
  const newest = new Map<string, number>();
  const asked = new Set<string>();
  const before: number[] = [];
  const version: number[] = [];
  const from: number[] = [];
  const batch: number[] = [];
  const timeMs: number[] = [];
  let hashes = Buffer.alloc(1_024 * HASH_BYTES);
  let count = 0;

  const keepHash = (hash: string, byWriter: boolean): void => {
    if ((count + 1) * HASH_BYTES > hashes.length) {
      hashes = Buffer.concat([hashes, Buffer.alloc(hashes.length * (GROWTH - 1))]);
    }
    hashes.write(hash, count * HASH_BYTES, HASH_BYTES, 'hex');
    // The sign of the batch's number says who vouches: one array less.
    if (!byWriter) batch[count] = -batch[count]! - 1;
  };

  const sealed = (leaf: number): SealedHead => {
    const at = batch[leaf]!;
    return {
      version: version[leaf]!,
      from: from[leaf]!,
      hash: hashes.toString('hex', leaf * HASH_BYTES, (leaf + 1) * HASH_BYTES),
      time: new Date(timeMs[leaf]!).toISOString(),
      byWriter: at >= 0,
      batch: at >= 0 ? at : -at - 1,
    };
  };

  return {
    add(leaf, inBatch) {
      before.push(newest.get(leaf.stream) ?? -1);
      version.push(leaf.version);
      from.push(leaf.from);
      batch.push(inBatch);
      timeMs.push(Date.parse(leaf.time));
      keepHash(leaf.hash, leaf.how === 'memory');
      newest.set(leaf.stream, count);
      count += 1;
    },
    of(name) {
      const leaves: SealedHead[] = [];
      for (let leaf = newest.get(name) ?? -1; leaf >= 0; leaf = before[leaf]!) leaves.push(sealed(leaf));
      if (leaves.length > 0) asked.add(name);
      return leaves.reverse();
    },
    *unasked() {
      for (const [name, leaf] of newest) if (!asked.has(name)) yield { name, version: version[leaf]! };
    },
  };
}
