import { inTime } from '../../base/time-limit.ts';
import { headOf } from '../../domain/entries.ts';
import { CHECKPOINTS_STREAM } from '../../domain/streams.ts';
import { EMPTY_ROOT } from '../../tlog/hash.ts';
import { renamed } from '../../tlog/keys.ts';
import { readClaim } from './claims.ts';
import type { CheckpointsDeps } from './deps.ts';
import { CheckpointError } from './errors.ts';
import { checkpointEntry, objectsOf, type RecordedTree, type ReopenTreeBody, treesIn } from './records.ts';
import { believed, type Knowledge } from './rounds.ts';
import { type Keys, signerFor } from './signers.ts';
import { nowOf } from './steps.ts';
import type { TreeState } from './tree-state.ts';

/** The tree that is written to from now on. */
export type Reopened = { readonly origin: string; readonly verifierKey: string; readonly generation: number };

type Size = ReopenTreeBody['after'];
type Asked = { readonly reason: string; readonly actor: string };

const WITNESS_MS = 5_000;

/**
 * Begins the next tree, whatever became of the one before it. Its name is the first one's with its number behind it, and its
 * key the one in force, or else the first that this process has, under that name.
 * @throws CheckpointError, LogError
 */
export async function reopenTree(deps: CheckpointsDeps, known: Knowledge, asked: Asked): Promise<Reopened> {
  const keys = await deps.keys();
  const { tree } = known;
  let seen = tree?.generation ?? 0;
  const after = await largestKnown(deps, tree, keys);
  for (;;) {
    const entries = await deps.log.read(CHECKPOINTS_STREAM);
    const trees = treesIn(entries);
    const newest = trees.at(-1);
    if (!newest) throw new CheckpointError('CHECKPOINT_FORK', 'the log has begun no tree that could be opened again');
    if (seen === 0) seen = trees.length;
    // Somebody else has opened it meanwhile; a further one would be of no use.
    if (trees.length > seen) return newest;
    const further = await nextTrees(deps, trees, keys, { tree, after: larger(after, recordedIn(newest)) }, asked);
    const result = await deps.log.append(CHECKPOINTS_STREAM, headOf(entries), further);
    if ('conflict' in result) continue;
    return treesIn(result.entries, trees).at(-1)!;
  }
}

type Before = { readonly tree: TreeState | null; readonly after: Size };

/** The entries that begin it: more than one where a tree of the next number was begun once and the log has lost that. */
async function nextTrees(
  deps: CheckpointsDeps,
  trees: readonly RecordedTree[],
  keys: Keys,
  { tree, after }: Before,
  { reason, actor }: Asked,
) {
  const signer = (tree && signerFor(tree.accepted.place().inForce, keys)) ?? keys.signers[0];
  if (!signer) throw new CheckpointError('CHECKPOINT_KEY', 'there is no key to sign checkpoints with');
  const entries = [];
  for (let generation = trees.length + 1; ; generation += 1) {
    const origin = `${trees[0]!.origin}/${generation}`;
    const body = { origin, verifierKey: renamed(signer, origin).line, reason, after };
    entries.push(checkpointEntry('ReopenTree', body, { id: `reopen/${generation}`, at: nowOf(deps), actor }));
    if (!(await isTaken(deps, origin, generation))) return entries;
  }
}

async function isTaken({ store, witnesses, clock }: CheckpointsDeps, origin: string, generation: number) {
  if ((await store.list(objectsOf(generation))).length > 0) return true;
  const latest = await Promise.all(
    witnesses.map((witness) => inTime(witness.latest(origin), WITNESS_MS, clock.after).catch(() => null)),
  );
  return latest.some((note) => note !== null && note !== 'late');
}

/** The largest tree that this process, the store or a witness knows. */
async function largestKnown(deps: CheckpointsDeps, tree: TreeState | null, keys: Keys): Promise<Size> {
  if (!tree) return { size: 0, root: EMPTY_ROOT.toString('base64') };
  const { tree: merkle } = tree.accepted;
  let largest: Size = { size: merkle.size(), root: merkle.root().toString('base64') };
  const names = await tree.kept.look(0, true);
  const texts = await Promise.all(
    deps.witnesses.map((witness) =>
      inTime(witness.latest(tree.origin), WITNESS_MS, deps.clock.after).catch(() => null),
    ),
  );
  const trusted = believed(tree, keys);
  const shown = texts.map((text) => (text === null || text === 'late' ? null : readClaim(text, tree.origin, trusted)));
  const kept = await tree.kept.claims(names, largest.size, trusted);
  for (const claim of [...kept, ...shown.filter((one) => one !== null)]) {
    const { size, root } = claim.checkpoint;
    largest = larger(largest, { size, root: root.toString('base64') });
  }
  return largest;
}

function recordedIn({ records }: RecordedTree): Size {
  return records.at(-1) ?? { size: 0, root: '' };
}

function larger(one: Size, { size, root }: Size): Size {
  return size > one.size ? { size, root } : one;
}
