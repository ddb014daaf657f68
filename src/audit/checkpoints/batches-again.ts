import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Verifier } from '../../tlog/keys.ts';
import { batchHash, batchName, readBatch } from './batch.ts';
import type { Leaves, WrittenLeaves } from './batch-leaves.ts';
import { CheckpointError } from './errors.ts';
import type { HeadLeaf } from './leaf.ts';
import type { CheckpointStore } from './ports.ts';

/** A batch that counts; `end`: leaves of the tree up to its last. */
export type KnownBatch = {
  readonly slot: number;
  readonly hash: string;
  readonly end: number;
  readonly key: Verifier;
};

/** Batches that are kept as they were read again. */
const AGAIN_MAX = 2;

/** Leaves of batches that were read before and are not kept. @param batches grows meanwhile */
export function readingAgain(store: Pick<CheckpointStore, 'read' | 'place'>, batches: readonly KnownBatch[]) {
  const again = createBoundedMap<WrittenLeaves>(AGAIN_MAX);

  const readAgain = async (number: number): Promise<WrittenLeaves> => {
    const { slot, hash, key } = batches[number]!;
    const bytes = await store.read(batchName(slot));
    const batch = bytes && batchHash(bytes) === hash ? readBatch(bytes, key) : null;
    if (!batch) throw new CheckpointError('CHECKPOINT_FORK', `${batchName(slot)} in ${store.place} is not what it was`);
    return batch.leaves;
  };
  const firstOf = (number: number): number => batches[number - 1]?.end ?? 0;

  return {
    async leaf(index: number): Promise<Buffer> {
      if (!(Number.isSafeInteger(index) && index >= 0 && index < (batches.at(-1)?.end ?? 0)))
        throw new RangeError('there is no such leaf');
      const number = firstWhere(batches, ({ end }) => end > index);
      const leaves = again.get(String(number)) ?? (await readAgain(number));
      again.set(String(number), leaves);
      return leaves.text(index - firstOf(number))!;
    },
    async *leaves(size: number, from = 0): AsyncGenerator<Iterable<HeadLeaf>> {
      const first = firstWhere(batches, ({ end }) => end > from);
      for (let number = first; number < batches.length && firstOf(number) < size; number += 1) {
        const begins = firstOf(number);
        yield between(await readAgain(number), Math.max(0, from - begins), size - begins);
      }
    },
  };
}

/** The leaves from one on, up to another or the last. */
function* between(leaves: Leaves, from: number, to: number): Generator<HeadLeaf> {
  for (let index = from; index < Math.min(to, leaves.length); index += 1) yield leaves.at(index)!;
}

/** The index of the first for which it holds, in a list where it holds for all behind that one. */
function firstWhere<T>(sorted: readonly T[], holds: (one: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
