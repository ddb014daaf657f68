import type { Clock } from '../../base/clock.ts';
import { readVerifier, type Verifier } from '../../tlog/keys.ts';
import type { Note } from '../../tlog/note.ts';
import { type Accepted, type AcceptedBatch, createAccepted } from './accepted.ts';
import { CheckpointError } from './errors.ts';
import { createKept, type Kept } from './kept.ts';
import type { Proposal } from './leaves.ts';
import type { CheckpointStore, Witness } from './ports.ts';
import { objectsOf, type RecordedTree } from './records.ts';
import { createWitnesses, type Witnesses } from './witnesses.ts';

/** What a process knows of the tree that is written to. */
export type TreeState = {
  readonly generation: number;
  readonly origin: string;
  /** Where this tree's objects are, by their names in it. */
  readonly store: CheckpointStore;
  readonly accepted: Accepted;
  readonly kept: Kept;
  readonly witnesses: Witnesses;
  /** What this process has proposed, by the name of its batch. */
  readonly proposals: Map<string, Proposal & { readonly slot: number }>;
  /** The newest batch that is recorded. */
  recorded: AcceptedBatch | null;
  /** The checkpoint of that batch, when there is one; with the signatures of witnesses that are known. */
  newest: { readonly size: number; readonly note: Note; readonly at: string } | null;
  /** When all checkpoints were looked at, by the monotonic clock. */
  listedAtMs: number;
};

type TreeDeps = {
  readonly store: CheckpointStore;
  readonly witnesses: readonly Witness[];
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>;
};

/** @throws CheckpointError CHECKPOINT_KEY when the log names no key that can be read */
export function openTree({ store, witnesses, clock }: TreeDeps, tree: RecordedTree): TreeState {
  const { generation, origin, verifierKey } = tree;
  const key: Verifier | null = readVerifier(verifierKey);
  if (!key) throw new CheckpointError('CHECKPOINT_KEY', `the log names a key for ${origin} that cannot be read`);
  const own = within(store, objectsOf(generation));
  return {
    generation,
    origin,
    store: own,
    accepted: createAccepted(own, origin, key),
    kept: createKept(own, origin),
    witnesses: createWitnesses(witnesses, clock),
    proposals: new Map(),
    recorded: null,
    newest: null,
    listedAtMs: Number.NEGATIVE_INFINITY,
  };
}

function within(store: CheckpointStore, prefix: string): CheckpointStore {
  return {
    place: store.place,
    create: (name, bytes) => store.create(prefix + name, bytes),
    read: (name) => store.read(prefix + name),
    list: async (names) => (await store.list(prefix + names)).map((name) => name.slice(prefix.length)),
  };
}
