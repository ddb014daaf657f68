import { batchHash, batchName } from '../checkpoints/batch.ts';
import type { CheckpointStore } from '../checkpoints/ports.ts';
import { beginsTree, objectsOf, type RecordBatchBody, type RecordedTree } from '../checkpoints/records.ts';
import type { Beside } from './log.ts';

/** What became of the objects of a log's trees. */
export type TreeCopy = {
  /** Objects that were copied; those that were there already are not counted. */
  readonly objects: number;
  /** Batches that the log has recorded and the source lacks. */
  readonly missing: readonly string[];
  /** Origins of which another tree is there: nothing was copied of them. */
  readonly others: readonly string[];
};

type Store = Pick<CheckpointStore, 'read' | 'list' | 'create'>;

export type TreeCopying = Beside & {
  /** To be called when the records are copied: only what is recorded is signed. @throws CheckpointError */
  rest(): Promise<TreeCopy>;
};

/**
 * Copies trees in the order in which they were made: batches, slot by slot, records by somebody else, checkpoints. Of the tree
 * that is written to it copies what the log has recorded; of those before it, of which the log may have lost a part, everything.
 * What is there already stays as it is: it may know more.
 * @param trees what the copy of the log will record
 */
export function copyTrees(from: Store, to: Store, trees: readonly RecordedTree[]): TreeCopying {
  const missing: string[] = [];
  const others: string[] = [];
  let objects = 0;
  let generation = 0;
  /** The batches of the tree whose records are being copied; null: another tree of its name is there. */
  let batches: Objects | null = null;

  const copy = async (name: string): Promise<void> => {
    const bytes = await from.read(name);
    if (bytes && (await to.create(name, bytes))) objects += 1;
  };

  const copyUpTo = async (kind: Objects, most: number): Promise<void> => {
    while ((kind.left[0]?.number ?? ALL) <= most) await copy(kind.left.shift()!.name);
  };

  const begin = async (): Promise<void> => {
    generation += 1;
    const tree = trees[generation - 1]!;
    const isSame = await isSameTree(to, tree);
    batches = isSame ? await objectsAt(from, to, `${objectsOf(generation)}batch/`) : null;
    if (!isSame) others.push(tree.origin);
  };

  return {
    async before(record) {
      if (beginsTree(record)) await begin();
      if (record.type !== 'RecordBatch' || !batches) return;
      const { slot } = JSON.parse(record.data) as RecordBatchBody;
      await copyUpTo(batches, slot);
      if (!batches.names.has(batches.prefix + slot)) missing.push(batches.prefix + slot);
    },
    async rest() {
      for (const tree of trees.filter(({ origin }) => !others.includes(origin))) {
        const prefix = objectsOf(tree.generation);
        const isClosed = tree !== trees.at(-1);
        if (isClosed) await copyUpTo(await objectsAt(from, to, `${prefix}batch/`), MOST);
        const upTo = isClosed ? MOST : (tree.records.at(-1)?.size ?? 0);
        await copyUpTo(await objectsAt(from, to, `${prefix}checkpoint/`), upTo);
      }
      return { objects, missing, others };
    },
  };
}

/** Objects of one kind: all names that either side has, and those that only the source has, by their numbers. */
type Objects = {
  readonly prefix: string;
  readonly names: ReadonlySet<string>;
  readonly left: { readonly name: string; readonly number: number }[];
};

const MOST = Number.MAX_SAFE_INTEGER;
const ALL = Number.POSITIVE_INFINITY;

async function objectsAt(from: Store, to: Store, prefix: string): Promise<Objects> {
  const there = new Set(await to.list(prefix));
  const names = (await from.list(prefix)).filter((name) => !there.has(name));
  const left = names
    .map((name) => ({ name, number: Number.parseInt(name.slice(prefix.length), 10) }))
    // What somebody else has put there is no object of ours.
    .filter(({ number }) => Number.isFinite(number))
    .sort((one, other) => one.number - other.number);
  return { prefix, names: new Set([...there, ...names]), left };
}

/** Each batch names the one before it: if the newest of those that are there is the log's, all are. */
async function isSameTree(to: Store, { generation, records }: RecordedTree): Promise<boolean> {
  const prefix = objectsOf(generation);
  const there = new Set(await to.list(`${prefix}batch/`));
  const newest = records.findLast(({ slot }) => there.has(prefix + batchName(slot)));
  if (!newest) return true;
  const bytes = await to.read(prefix + batchName(newest.slot));
  return bytes !== null && batchHash(bytes) === newest.batch;
}
