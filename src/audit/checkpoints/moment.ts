import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Signer, Verifier } from '../../tlog/keys.ts';
import { formatNote, signText } from '../../tlog/note.ts';
import type { Accepted } from './accepted.ts';
import type { CheckpointsDeps } from './deps.ts';
import { asCheckpointError, CheckpointError } from './errors.ts';
import { type HeadLeaf, LEAF_LINES, readLeaf } from './leaf.ts';
import { createNewestLeaves } from './newest-leaves.ts';
import { signerFor } from './signers.ts';
import type { TreeState } from './tree-state.ts';
import type { Worker } from './worker.ts';

/** The tree as it stood when it had so many leaves. */
export type Moment = {
  /** Which leaf is the newest of a stream, by its name in the tree; null: it had none. */
  newest(name: string): number | null;
  /** @throws RangeError, CheckpointError */
  leaf(index: number): Promise<HeadLeaf>;
  /** That this leaf stands in the tree of that moment. @throws RangeError, CheckpointError */
  inclusion(index: number): Promise<readonly Buffer[]>;
};

/** Who signs what leaves the house, and what was sealed of it. What it signs begins with a tag that no checkpoint has. */
export type Sealed = {
  /** The key in force. @throws CheckpointError CHECKPOINT_KEY when this process has not got it, or knows no tree yet */
  verifier(): Promise<Verifier>;
  /** A note of this text, signed with that key. @param text ends in a newline. @throws CheckpointError */
  sign(text: string): Promise<string>;
  /**
   * Walks all leaves once.
   * @returns null for a tree of another origin, or another root at this size
   * @throws CheckpointError
   */
  moment(checkpoint: { readonly origin: string; readonly size: number; readonly root: Buffer }): Promise<Moment | null>;
};

/** Some 10 ms of work. */
const LEAVES_PER_TURN = 4_096;

export function createSealed(deps: Pick<CheckpointsDeps, 'keys'>, worker: Worker): Sealed {
  const signer = async (): Promise<Signer> => {
    const { inForce } = wellKnown(worker).accepted.place();
    const own = signerFor(inForce, await deps.keys());
    if (!own) throw new CheckpointError('CHECKPOINT_KEY', `this process has not got the key ${inForce.name}`);
    return own;
  };
  return {
    verifier: signer,
    async sign(text) {
      return formatNote({ text, signatures: [signText(text, await signer())] });
    },
    async moment({ origin, size, root }) {
      const isBehind = (): boolean => (worker.known.tree?.accepted.tree.size() ?? 0) < size;
      const error = isBehind() ? await worker.work(true) : null;
      const { accepted, origin: own } = wellKnown(worker);
      if (own === origin && isBehind() && error !== null) throw asCheckpointError(error);
      if (own !== origin || isBehind()) return null;
      return root.equals(await accepted.tree.rootAt(size)) ? momentOf(accepted, size) : null;
    },
  };
}

/**
 * The tree, as far as it may be believed. A fork or an outage is said by whoever makes checkpoints; nothing else may be signed
 * then either.
 * @throws CheckpointError
 */
export function wellKnown({ known: { tree, fork } }: Pick<Worker, 'known'>): TreeState {
  if (fork !== null) throw new CheckpointError('CHECKPOINT_FORK', fork);
  if (!tree) throw new CheckpointError('CHECKPOINT_STORE_UNAVAILABLE', 'the tree of checkpoints is not known yet');
  return tree;
}

/** Walks all leaves of the tree of this size. @throws CheckpointError */
export async function momentOf(accepted: Accepted, size: number): Promise<Moment> {
  const newest = createNewestLeaves();
  let index = 0;
  for await (const leaves of accepted.leaves(size)) {
    for (const { stream } of leaves) {
      newest.add(stream, index);
      index += 1;
      if (index % LEAVES_PER_TURN === 0) await nextTurn();
    }
  }
  return {
    newest: newest.of,
    leaf: (at) => leafAt(accepted, at),
    inclusion: (at) => accepted.tree.inclusion(at, size),
  };
}

/** A leaf that counts. @throws RangeError, CheckpointError */
export async function leafAt(accepted: Pick<Accepted, 'leaf'>, index: number): Promise<HeadLeaf> {
  const leaf = readLeaf((await accepted.leaf(index)).toString().split('\n').slice(0, LEAF_LINES));
  if (!leaf) throw new RangeError('a leaf that counts can be read');
  return leaf;
}
