import { CHECKPOINTS_STREAM } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { readVerifier } from '../../tlog/keys.ts';
import { batchHash, batchName } from '../checkpoints/batch.ts';
import { type HeadLeaf, nameInTree } from '../checkpoints/leaf.ts';
import { emptyTree, slotsFrom } from '../checkpoints/order.ts';
import type { CheckpointStore } from '../checkpoints/ports.ts';
import { objectsOf, type RecordedTree, treesIn } from '../checkpoints/records.ts';

/**
 * What the tree that is written to knows and the log does not, or the other way round.
 * - `same`: it can be gone on with
 * - `more`: it has heads that the log lacks, or is one that the log never began
 * - `less`: it lacks what the log has recorded
 * - `another`: it is another log's
 */
export type Knowledge = 'same' | 'more' | 'less' | 'another';

type Log = Pick<CallEventLog, 'read' | 'registered'>;
type Store = Pick<CheckpointStore, 'read' | 'list'>;

/**
 * Compares the tree that is written to with a log that nobody writes meanwhile.
 * @throws LogError, CheckpointError
 */
export async function knowledgeOf(store: Store, log: Log): Promise<Knowledge> {
  const trees = treesIn(await log.read(CHECKPOINTS_STREAM));
  const names = await store.list('');
  if (names.some((name) => generationOf(name) > trees.length)) return 'more';
  const tree = trees.at(-1);
  if (!tree) return 'same';
  const prefix = objectsOf(tree.generation);
  const own = names.filter((name) => generationOf(name) === tree.generation).map((name) => name.slice(prefix.length));
  const last = tree.records.at(-1) ?? { slot: 0, size: 0, batch: '' };
  if (numbersOf(own, 'checkpoint/').some((size) => size > last.size)) return 'more';
  if (last.slot > 0) {
    const bytes = await store.read(`${prefix}${batchName(last.slot)}`);
    if (!bytes) return 'less';
    if (batchHash(bytes) !== last.batch) return 'another';
  }
  if (!numbersOf(own, 'batch/').some((slot) => slot > last.slot)) return 'same';
  return (await hasAll(log, await leavesAfter(store, tree, last.slot))) ? 'same' : 'more';
}

/** Of whoever died between a batch and its record: the next server records it, if its heads are in the log. */
async function leavesAfter(store: Store, { generation, origin, verifierKey }: RecordedTree, recorded: number) {
  const key = readVerifier(verifierKey);
  const leaves: HeadLeaf[] = [];
  if (!key) return leaves;
  const read = (name: string) => store.read(`${objectsOf(generation)}${name}`);
  for await (const slot of slotsFrom({ read }, emptyTree(origin, key))) {
    if (slot.counts && slot.batch.slot > recorded) leaves.push(...slot.batch.leaves);
  }
  return leaves;
}

async function hasAll(log: Log, leaves: readonly HeadLeaf[]): Promise<boolean> {
  const wanted = new Map<string, HeadLeaf[]>();
  for (const leaf of leaves) wanted.set(leaf.stream, [...(wanted.get(leaf.stream) ?? []), leaf]);
  for await (const stream of log.registered()) {
    if (wanted.size === 0) return true;
    const entries = await log.read(stream);
    const name = entries.length === 0 ? stream : nameInTree(stream, entries[0]!.hash);
    const heads = wanted.get(name);
    if (!heads) continue;
    if (!heads.every(({ version, hash }) => entries[version - 1]?.hash === hash)) return false;
    wanted.delete(name);
  }
  return wanted.size === 0;
}

/** Of the tree that an object belongs to. */
function generationOf(name: string): number {
  return Number(/^tree-(\d+)\//.exec(name)?.[1] ?? 1);
}

function numbersOf(names: readonly string[], beginning: string): number[] {
  return names
    .filter((name) => name.startsWith(beginning))
    .map((name) => Number.parseInt(name.slice(beginning.length), 10));
}
