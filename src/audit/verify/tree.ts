import { CHECKPOINTS_STREAM } from '../../domain/streams.ts';
import { type Checkpoint, readCheckpoint } from '../../tlog/checkpoint.ts';
import { leafHashOf } from '../../tlog/hash.ts';
import { readVerifier, type Verifier } from '../../tlog/keys.ts';
import { isSignedByOne, readNote, type Note as SignedNote, signedBy } from '../../tlog/note.ts';
import { createTree } from '../../tlog/tree.ts';
import { settledTime } from '../checkpoints/covered.ts';
import { leafText } from '../checkpoints/leaf.ts';
import { emptyTree, type Slot, slotsFrom } from '../checkpoints/order.ts';
import type { CheckpointStore } from '../checkpoints/ports.ts';
import { objectsOf, type RecordBatchBody, type RecordedTree } from '../checkpoints/records.ts';
import type { Seals } from './coverage.ts';
import type { Finding, Note } from './findings.ts';
import { createLeafIndex, type LeafIndex } from './leaf-index.ts';

/** What the trust in a tree comes from. */
export type Anchors = {
  /** A key that came from elsewhere than what is checked; null: the log's own word for it. */
  readonly key: Verifier | null;
  /** Checkpoints that somebody has kept: notes. */
  readonly known: readonly string[];
  /** Who else has signed; what a policy names, and how many of them must. */
  readonly witnesses: readonly Verifier[];
  readonly quorum: number;
};

/** The trees of a log, as they were when they were read. */
export type PinnedTrees = {
  readonly seals: Seals;
  readonly leaves: LeafIndex;
  readonly findings: readonly Finding[];
  readonly notes: readonly Note[];
  readonly restsOn: RestsOn;
};

/** What a clean result convinces by. */
export type RestsOn = {
  /** `own`: the key came from the log itself, so only its owner is convinced. */
  readonly key: 'given' | 'own' | 'none';
  /** How many kept checkpoints agree. */
  readonly known: number;
  /** Names of the witnesses that have signed the newest checkpoint that any of them has. */
  readonly cosignedBy: readonly string[];
  readonly witnesses: number;
  /** Of the newest tree. */
  readonly size: number;
};

/**
 * Reads every tree of the log. To be done before the log is read: what a leaf names is in the log before the leaf is in the tree.
 * @param trees what the stream of checkpoints says, read before
 * @throws CheckpointError
 */
export async function pinTrees(
  store: Pick<CheckpointStore, 'read' | 'list'>,
  trees: readonly RecordedTree[],
  anchors: Anchors,
): Promise<PinnedTrees> {
  const pinning = createPinning();
  if (trees.length === 0) await pinning.nothing(store);
  for (const tree of trees) await readTree(store, tree, pinning);
  const { keys, roots, newest } = pinning;
  const trusted = anchors.key;
  if (trusted && !keys.some(({ line }) => line === trusted.line)) {
    pinning.find({ kind: 'key', detail: `the log is not signed with ${trusted.name}` });
  }
  const known = anchors.known.filter((note) => {
    const flaw = flawOfKnown(note, { keys: trusted ? [trusted, ...keys] : keys, roots });
    if (flaw !== null) pinning.find({ kind: 'known-checkpoint', detail: flaw });
    return flaw === null;
  });
  const cosignedBy = newest ? anchors.witnesses.filter((witness) => isCosigned(pinning.cosigned, witness)) : [];
  if (cosignedBy.length < anchors.quorum) {
    const detail = `signed by ${cosignedBy.length} of ${anchors.witnesses.length} witnesses, ${anchors.quorum} are demanded`;
    pinning.find({ kind: 'checkpoint', detail });
  }
  return {
    ...pinning.pinned(),
    restsOn: {
      key: trees.length === 0 ? 'none' : trusted ? 'given' : 'own',
      known: known.length,
      cosignedBy: cosignedBy.map(({ name }) => name),
      witnesses: anchors.witnesses.length,
      size: newest?.size ?? 0,
    },
  };
}

type Pinning = ReturnType<typeof createPinning>;

function createPinning() {
  const leaves = createLeafIndex();
  const findings: Finding[] = [];
  const notes: Note[] = [];
  /** By the number of a batch. */
  const settledBefore: (string | null)[] = [];
  const proposed: { readonly startedAt: string; readonly at: string }[] = [];
  /** Every key that has signed a batch which counts, or began a tree. */
  const keys: Verifier[] = [];
  /** By origin and size. */
  const roots = new Map<string, string>();
  const cosigned: SignedNote[] = [];
  let settled: string | null = null;
  return {
    leaves,
    keys,
    roots,
    cosigned,
    newest: null as Checkpoint | null,
    find: (finding: Omit<Finding, 'stream' | 'version'>) =>
      findings.push({ stream: CHECKPOINTS_STREAM, version: 0, ...finding }),
    note: (kind: Note['kind']) => notes.push({ stream: CHECKPOINTS_STREAM, from: 0, to: 0, kind }),
    async nothing(store: Pick<CheckpointStore, 'list'>): Promise<void> {
      const objects = await store.list('');
      if (objects.length === 0) this.note('no-checkpoints');
      else
        this.find({ kind: 'tree', detail: `there are ${objects.length} objects of a tree that the log does not know` });
    },
    begin(): void {
      settled = null;
    },
    accept({ batch, place }: Slot & { readonly counts: true }): void {
      const number = proposed.length;
      settledBefore.push(settled);
      proposed.push({ startedAt: batch.startedAt, at: batch.at });
      for (const leaf of batch.leaves) leaves.add(leaf, number);
      settled = settledTime(place.lookedThrough);
    },
    pinned: () => ({
      leaves,
      findings,
      notes,
      seals: {
        settledBefore: (batch: number) => settledBefore[batch] ?? null,
        settled: () => settled,
        proposed: (batch: number) => proposed[batch]!,
      },
    }),
  };
}

async function readTree(
  store: Pick<CheckpointStore, 'read' | 'list'>,
  { origin, verifierKey, generation, records }: RecordedTree,
  pinning: Pinning,
): Promise<void> {
  const first = readVerifier(verifierKey);
  if (!first) {
    pinning.find({ kind: 'key', detail: `the log names no key for the tree ${origin}` });
    return;
  }
  const prefix = objectsOf(generation);
  const tree = createTree(async () =>
    Promise.reject(new Error('a tree that is only read forward asks for no leaf again')),
  );
  pinning.begin();
  const byHash = new Map<string, RecordBatchBody>();
  const read = (name: string) => store.read(`${prefix}${name}`);
  let inForce = first;
  remember(pinning.keys, first);
  for await (const slot of slotsFrom({ read }, emptyTree(origin, first))) {
    if (!slot.counts) {
      pinning.find({ kind: 'slot', detail: `slot ${slot.slot} of ${origin} is taken by what does not count` });
      continue;
    }
    for (const leaf of slot.batch.leaves) tree.append(leafHashOf(leafText(leaf)));
    const root = tree.root().toString('base64');
    byHash.set(slot.hash, { slot: slot.batch.slot, batch: slot.hash, size: tree.size(), root });
    pinning.roots.set(`${origin} ${tree.size()}`, root);
    pinning.accept(slot);
    remember(pinning.keys, inForce);
    inForce = slot.place.inForce;
  }
  compareRecords(origin, records, byHash, pinning);
  await compareCheckpoints(store, prefix, origin, pinning);
}

function remember(keys: Verifier[], key: Verifier): void {
  if (!keys.some(({ line }) => line === key.line)) keys.push(key);
}

function compareRecords(
  origin: string,
  records: readonly RecordBatchBody[],
  batches: ReadonlyMap<string, RecordBatchBody>,
  pinning: Pinning,
): void {
  for (const record of records) {
    const batch = batches.get(record.batch);
    if (batch && batch.slot === record.slot && batch.size === record.size && batch.root === record.root) continue;
    pinning.find({ kind: 'record', detail: `the log knows another batch in slot ${record.slot} of ${origin}` });
  }
  if (batches.size > records.length) pinning.note('unrecorded-batch');
}

async function compareCheckpoints(
  store: Pick<CheckpointStore, 'read' | 'list'>,
  prefix: string,
  origin: string,
  pinning: Pinning,
): Promise<void> {
  for (const name of await store.list(`${prefix}checkpoint/`)) {
    const bytes = await store.read(name);
    const note = bytes && readNote(bytes.toString());
    const checkpoint = note && readCheckpoint(note.text);
    if (!note || !checkpoint || !isSignedByOne(note, pinning.keys)) {
      pinning.find({ kind: 'checkpoint', detail: `${name} is not signed by the log` });
      continue;
    }
    if (pinning.roots.get(`${origin} ${checkpoint.size}`) !== checkpoint.root.toString('base64')) {
      pinning.find({ kind: 'checkpoint', detail: `${name} is of another tree than the batches make` });
      continue;
    }
    pinning.cosigned.push(note);
    if (!pinning.newest || pinning.newest.origin !== origin || checkpoint.size > pinning.newest.size) {
      pinning.newest = checkpoint;
    }
  }
}

/** Why a checkpoint that somebody has kept does not agree with the trees; null when it does. */
function flawOfKnown(
  text: string,
  { keys, roots }: { readonly keys: readonly Verifier[]; readonly roots: ReadonlyMap<string, string> },
): string | null {
  const note = readNote(text);
  const checkpoint = note && readCheckpoint(note.text);
  if (!note || !checkpoint) return 'what was kept is no checkpoint';
  if (!isSignedByOne(note, keys)) return 'the checkpoint that was kept is signed with none of the keys of this log';
  const root = roots.get(`${checkpoint.origin} ${checkpoint.size}`);
  if (root === undefined) return `the tree that was kept, of ${checkpoint.size} leaves, is no part of the tree now`;
  return root === checkpoint.root.toString('base64') ? null : 'the tree that was kept is another one than the tree now';
}

function isCosigned(notes: readonly SignedNote[], witness: Verifier): boolean {
  return notes.some((note) => typeof signedBy(note, witness) === 'object');
}
