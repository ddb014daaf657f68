import { setImmediate as nextTurn } from 'node:timers/promises';
import { isCallStream } from '../../domain/streams.ts';
import { formatNote } from '../../tlog/note.ts';
import type { Accepted } from './accepted.ts';
import type { HeadLeaf } from './leaf.ts';
import { leafAt, wellKnown } from './moment.ts';
import { createNewestLeaves, type NewestLeaves } from './newest-leaves.ts';
import type { Worker } from './worker.ts';

/** What the newest checkpoint says of a stream. */
export type Seal = {
  /** `at`: of its batch. `note`: as it is given away, with the witnesses' lines. */
  readonly checkpoint: { readonly size: number; readonly at: string; readonly note: string };
  /** The newest leaf of the stream in that tree, and its siblings from there up; null: it has none. */
  readonly leaf: { readonly head: HeadLeaf; readonly index: number; readonly proof: readonly Buffer[] } | null;
};

/** What is sealed of calls, asked one by one. */
export type Seals = {
  /** Null: there is no checkpoint yet. @throws CheckpointError: nobody can say, a fork among the reasons */
  of(callSessionId: string): Promise<Seal | null>;
};

/** Some 10 ms of work. */
const LEAVES_PER_TURN = 4_096;

type Read = { readonly accepted: Accepted; readonly newest: NewestLeaves; upTo: number };

/**
 * The leaves are walked when somebody asks first, and from then on only what is new: some 20 to 40 bytes a call stay in memory.
 * One after the other, so that the table is that of the checkpoint which is answered with.
 */
export function createSeals(worker: Pick<Worker, 'known'>): Seals {
  let read: Read | null = null;
  let tail: Promise<unknown> = Promise.resolve();

  const of = async (callSessionId: string): Promise<Seal | null> => {
    const { accepted, newest } = wellKnown(worker);
    if (!newest) return null;
    if (read?.accepted !== accepted) read = { accepted, newest: createNewestLeaves(), upTo: 0 };
    await readOn(read, newest.size);
    const checkpoint = { size: newest.size, at: newest.at, note: formatNote(newest.note) };
    const index = read.newest.of(callSessionId);
    if (index === null) return { checkpoint, leaf: null };
    const proof = await accepted.tree.inclusion(index, newest.size);
    return { checkpoint, leaf: { head: await leafAt(accepted, index), index, proof } };
  };

  return {
    of(callSessionId) {
      const answer = tail.then(() => of(callSessionId));
      tail = answer.catch(() => {});
      return answer;
    },
  };
}

async function readOn(read: Read, size: number): Promise<void> {
  for await (const leaves of read.accepted.leaves(size, read.upTo)) {
    for (const { stream } of leaves) {
      if (isCallStream(stream)) read.newest.add(stream, read.upTo);
      read.upTo += 1;
      if (read.upTo % LEAVES_PER_TURN === 0) await nextTurn();
    }
  }
}
