import { settledTime } from '../../../src/audit/checkpoints/covered.ts';
import { leafText, nameInTree } from '../../../src/audit/checkpoints/leaf.ts';
import type { Entry } from '../../../src/domain/entries.ts';
import { readCheckpoint } from '../../../src/tlog/checkpoint.ts';
import { leafHash } from '../../../src/tlog/hash.ts';
import { readNote } from '../../../src/tlog/note.ts';
import { createTree, type MerkleTree } from '../../../src/tlog/tree.ts';
import { type SeenTree, seenTree, type World } from './rig.ts';

/** Looks at all that there is, and remembers it: says what no honest history may show. */
export type Observer = {
  /** @returns what is wrong, in words */
  look(): Promise<string[]>;
  /** What was restored may be shorter than it was; what was signed stays signed. */
  restored(): void;
};

type SignedTree = { readonly size: number; readonly root: string; readonly leaves: readonly Buffer[] };

export function createObserver(world: World): Observer {
  const counted = new Map<string, readonly string[]>();
  const signed = new Map<string, Map<string, SignedTree>>();
  let isRestored = false;
  let state = '';

  return {
    restored() {
      counted.clear();
      state = '';
      isRestored = true;
    },
    async look() {
      const wrong: string[] = [];
      const now = `${world.store.objects.size} ${[...world.log.content.streams.values()].flat().length}`;
      if (now === state) return wrong;
      state = now;
      const seen = await seenTree(world).catch(() => null);
      if (!seen) return wrong;
      const { origin } = seen.tree;
      const hashes = seen.slots.flatMap((slot) => (slot.counts ? [slot.hash] : []));
      const before = counted.get(origin) ?? [];
      if (before.some((hash, index) => hashes[index] !== hash)) wrong.push('7: what counted does not count any more');
      counted.set(origin, hashes);
      const leaves = seen.leaves.map((leaf) => leafHash(Buffer.from(leafText(leaf))));
      const own = signed.get(origin) ?? new Map<string, SignedTree>();
      signed.set(origin, own);
      for (const name of seen.checkpoints) {
        const checkpoint = readCheckpoint(readNote(world.store.objects.get(name)!.toString())?.text ?? '');
        if (!checkpoint || own.has(name)) continue;
        const one = { size: checkpoint.size, root: checkpoint.root.toString('base64'), leaves };
        if (!isRestored && !isRecorded(seen, one)) wrong.push(`8: ${name} is not recorded`);
        for (const other of own.values()) if (!(await isOneTree(one, other))) wrong.push(`8: ${name} is another tree`);
        own.set(name, one);
      }
      wrong.push(...unsettled(world, seen));
      return wrong;
    },
  };
}

function isRecorded({ tree, slots }: SeenTree, { size, root }: SignedTree): boolean {
  const record = tree.records.find((one) => one.size === size && one.root === root);
  return record !== undefined && slots.some((slot) => slot.counts && slot.hash === record.batch);
}

async function isOneTree(a: SignedTree, b: SignedTree): Promise<boolean> {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  if (large.leaves.length < large.size) return false;
  const tree = treeOf(large.leaves.slice(0, large.size));
  if (tree.root().toString('base64') !== large.root) return false;
  return (await tree.rootAt(small.size)).toString('base64') === small.root;
}

export function treeOf(leafHashes: readonly Buffer[]): MerkleTree {
  const tree = createTree(async (first, count) => Buffer.concat(leafHashes.slice(first, first + count)));
  for (const hash of leafHashes) tree.append(hash);
  return tree;
}

/** Whatever is dated before the settled time has a leaf. */
function unsettled(world: World, { leaves, place }: SeenTree): string[] {
  const settled = settledTime(place.lookedThrough);
  if (settled === null) return [];
  const reached = new Map<string, number>();
  for (const { stream, version } of leaves) reached.set(stream, Math.max(version, reached.get(stream) ?? 0));
  return [...world.log.content.streams.values()].flat().flatMap((entry) => {
    if (entry.at >= settled) return [];
    const isCovered = (reached.get(nameOf(world, entry)) ?? 0) >= entry.version;
    return isCovered ? [] : [`13: ${entry.stream} ${entry.version} of ${entry.at} has no leaf, settled is ${settled}`];
  });
}

export function nameOf({ log }: World, { stream }: Entry): string {
  return nameInTree(stream, log.content.streams.get(stream)![0]!.hash);
}
