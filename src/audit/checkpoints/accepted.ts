import { setImmediate } from 'node:timers/promises';
import { leafHash, leafHashOf } from '../../tlog/hash.ts';
import type { Verifier } from '../../tlog/keys.ts';
import { createTree, type MerkleTree } from '../../tlog/tree.ts';
import { type Batch, batchHash, batchName } from './batch.ts';
import { type KnownBatch, readingAgain } from './batches-again.ts';
import { type Covered, createCovered, settledTime } from './covered.ts';
import { type HeadLeaf, leafText } from './leaf.ts';
import { emptyTree, slotsFrom, type TreePlace } from './order.ts';
import type { CheckpointStore } from './ports.ts';
import { readingAhead } from './read-ahead.ts';
import type { RecordBatchBody } from './records.ts';

/** A batch that counts, as it is recorded, and what its checkpoint is signed with. */
export type AcceptedBatch = RecordBatchBody & {
  readonly at: string;
  readonly inForce: Verifier;
  /** The key that was in force before, if this batch exchanged it. */
  readonly exchanged: Verifier | null;
};

/** The batches that count, as far as they were read, and the tree that they make. What counted once is never taken back. */
export type Accepted = {
  /** Reads what is new. @returns what is wrong, in words, if what counted is not there any more. @throws CheckpointError */
  readOn(): Promise<string | null>;
  place(): TreePlace;
  readonly tree: MerkleTree;
  readonly covered: Covered;
  /** Every key that was ever in force. */
  keys(): readonly Verifier[];
  /** The oldest batch that was not taken yet. */
  next(): AcceptedBatch | undefined;
  take(): void;
  /** The bytes of a leaf, from its batch. @throws RangeError, CheckpointError */
  leaf(index: number): Promise<Buffer>;
  /** The leaves of each batch again, oldest first, from one on, as many as the tree of this size has. @throws CheckpointError */
  leaves(size: number, from?: number): AsyncGenerator<Iterable<HeadLeaf>>;
};

/** So many leaves are hashed at once, some 20 ms. */
const LEAVES_AT_ONCE = 4_096;

export function createAccepted(store: CheckpointStore, origin: string, firstKey: Verifier): Accepted {
  const batches: KnownBatch[] = [];
  const covered = createCovered();
  const again = readingAgain(store, batches);
  const tree = createTree(async (first, count) => {
    const hashes: Buffer[] = [];
    for (let index = first; index < first + count; index += 1) hashes.push(leafHash(await again.leaf(index)));
    return Buffer.concat(hashes);
  });
  const keys = [firstKey];
  let place = emptyTree(origin, firstKey);
  let fresh: AcceptedBatch[] = [];
  let taken = 0;

  const accept = async (batch: Batch, hash: string, after: TreePlace): Promise<void> => {
    // First: of a tree of years next to nothing has to be remembered then.
    const settled = batch.lookedThrough === null ? null : settledTime(after.lookedThrough);
    if (settled !== null) covered.settle(settled);
    let count = 0;
    for (const one of batch.leaves) {
      tree.append(leafHashOf(leafText(one)));
      covered.add(one);
      count += 1;
      if (count % LEAVES_AT_ONCE === 0) await setImmediate();
    }
    const { slot, at } = batch;
    batches.push({ slot, hash, end: after.size, key: place.inForce });
    const exchanged = after.inForce === place.inForce ? null : place.inForce;
    if (exchanged) keys.push(after.inForce);
    const [size, root] = [after.size, tree.root().toString('base64')];
    fresh.push({ slot, batch: hash, size, root, at, inForce: after.inForce, exchanged });
  };

  /** The newest that counted must be there as it was: a tree that was restored is seen by that. */
  const stillThere = async (): Promise<string | null> => {
    const newest = batches.at(-1);
    if (!newest) return null;
    const bytes = await store.read(batchName(newest.slot));
    if (bytes && batchHash(bytes) === newest.hash) return null;
    return `this process has seen ${batchName(newest.slot)} in ${store.place}, and ${bytes ? 'another one is there now' : 'it is gone'}`;
  };

  return {
    tree,
    covered,
    leaf: again.leaf,
    leaves: again.leaves,
    place: () => place,
    keys: () => keys,
    next: () => fresh[taken],
    take() {
      taken += 1;
      if (taken < fresh.length) return;
      fresh = [];
      taken = 0;
    },
    async readOn() {
      const lost = await stillThere();
      if (lost !== null) return lost;
      for await (const slot of slotsFrom(readingAhead(store, place.slot), place)) {
        if (slot.counts) await accept(slot.batch, slot.hash, slot.place);
        place = slot.place;
      }
      return null;
    },
  };
}
