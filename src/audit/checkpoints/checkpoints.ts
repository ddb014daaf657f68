import { inTime } from '../../base/time-limit.ts';
import { formatNote } from '../../tlog/note.ts';
import { createTree, type MerkleTree } from '../../tlog/tree.ts';
import type { CheckpointsDeps } from './deps.ts';
import { asCheckpointError, CheckpointError } from './errors.ts';
import { createSealed, type Sealed } from './moment.ts';
import type { Reopened } from './reopen.ts';
import { createSeals, type Seals } from './seals.ts';
import type { WitnessStatus } from './witnesses.ts';
import { createWorker, type Worker } from './worker.ts';

/** How it stands with checkpoints. */
export type CheckpointStatus = {
  /** Who knows what, in words: nothing is signed until the tree is opened again. Null: all agree. */
  readonly fork: string | null;
  /** What else keeps checkpoints from being made, or could not be covered, in words. */
  readonly trouble: string | null;
  /** Age of the oldest entry that is not covered, in milliseconds; 0: all are. */
  readonly uncoveredMs: number;
  /** Leaves that count. */
  readonly treeSize: number;
  /** `at`: of its batch. */
  readonly newest: { readonly size: number; readonly at: string } | null;
  readonly witnesses: readonly WitnessStatus[];
};

export type Checkpoints = {
  /** For health and metrics; asks nobody. */
  status(): CheckpointStatus;
  /**
   * Makes a checkpoint over everything that this process has appended before, now; resolves with its note.
   * @throws CheckpointError
   */
  make(): Promise<string>;
  /** The newest checkpoint's note with the witnesses' lines, as far as this process knows; null when there is none. */
  newest(): Promise<string | null>;
  /** The tree of what counts, for proofs and tiles. */
  tree(): MerkleTree;
  /** The bytes of a leaf, from its batch. @throws RangeError, CheckpointError */
  leaf(index: number): Promise<Buffer>;
  /** For exports. */
  readonly sealed: Sealed;
  /** What of calls the newest checkpoint has sealed. */
  readonly seals: Seals;
  /**
   * Begins the next tree, because of this one somebody knows something else.
   * @param actor as entries bear it
   * @throws CheckpointError, LogError
   */
  reopen(reason: string, actor: string): Promise<Reopened>;
  /** A last checkpoint, if something has moved, for which it is not waited for ever. */
  close(): Promise<void>;
};

const CLOSE_MS = 10_000;
const NO_TREE = createTree(async () => Buffer.alloc(0));

/** Begins at once, in the background. It never throws into whoever calls it, and holds up no call. */
export function startCheckpoints(deps: CheckpointsDeps): Checkpoints {
  const worker = createWorker(deps);
  let isClosing = false;
  let callOff = (): void => {};

  const turn = async (): Promise<void> => {
    await worker.turn();
    if (!isClosing) callOff = deps.clock.after(worker.waitMs(), () => void turn());
  };
  void turn();

  return {
    status: () => statusOf(deps, worker),
    make: () => make(worker),
    newest: async () => newestNote(worker),
    tree: () => worker.known.tree?.accepted.tree ?? NO_TREE,
    async leaf(index) {
      if (!worker.known.tree) throw new RangeError('there is no such leaf');
      return worker.known.tree.accepted.leaf(index);
    },
    sealed: createSealed(deps, worker),
    seals: createSeals(worker),
    async reopen(reason, actor) {
      const reopened = await worker.reopen({ reason, actor });
      await worker.turn();
      return reopened;
    },
    async close() {
      if (isClosing) return;
      isClosing = true;
      callOff();
      await inTime(worker.finish(), CLOSE_MS, deps.clock.after);
      worker.stop();
    },
  };
}

function statusOf({ heads, witnesses }: CheckpointsDeps, { known, trouble }: Worker): CheckpointStatus {
  const { tree, look, unnamed, fork } = known;
  const nobody = witnesses.map(({ verifier }) => ({ name: verifier.name, cosignedSize: null }));
  return {
    fork,
    trouble: trouble() ?? look?.trouble() ?? unnamed ?? tree?.witnesses.trouble() ?? null,
    uncoveredMs: heads.uncoveredMs(),
    treeSize: tree?.accepted.tree.size() ?? 0,
    newest: tree?.newest ? { size: tree.newest.size, at: tree.newest.at } : null,
    witnesses: tree?.witnesses.status() ?? nobody,
  };
}

async function make(worker: Worker): Promise<string> {
  const error = await worker.work(true);
  if (error !== null) throw asCheckpointError(error);
  if (worker.known.fork !== null) throw new CheckpointError('CHECKPOINT_FORK', worker.known.fork);
  const note = newestNote(worker);
  if (note === null) throw new CheckpointError('CHECKPOINT_STORE_UNAVAILABLE', 'no further checkpoint is made');
  return note;
}

function newestNote({ known }: Worker): string | null {
  return known.tree?.newest ? formatNote(known.tree.newest.note) : null;
}
