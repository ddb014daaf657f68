import { type CallEventLog, LogError } from '../../log/port.ts';
import { BATCH_BYTES_MAX, BATCH_LEAVES_MAX } from './batch.ts';
import { type HeadLeaf, isHiddenInTree, isSound, nameInTree } from './leaf.ts';
import type { Look } from './look.ts';
import type { Heads, Moment, Run } from './runs.ts';

/** What a batch is made of. */
export type Proposal = {
  readonly leaves: readonly HeadLeaf[];
  /** The runs that the leaves from memory stand for, as they were at that moment. */
  readonly runs: readonly Run[];
  readonly moment: Moment;
  readonly lookedThrough: string | null;
  /** Streams that have no leaf because they cannot be named, in words. */
  readonly trouble: string | null;
};

type ProposalDeps = {
  readonly log: Pick<CallEventLog, 'read'>;
  readonly heads: Heads;
  readonly look: Look | null;
  readonly nowMs: number;
};

/** What stands before the leaves, and the signature. */
const HEADER_BYTES_MAX = 8 * 1024;
/** Of a leaf, without the name of its stream, which is ASCII in the tree. */
const LEAF_BYTES_MAX = 192;
const AT_ONCE = 16;

/**
 * Settles what waits, as far as the store says what became of it.
 * @throws LogError
 */
export async function settleWaiting(log: Pick<CallEventLog, 'read'>, heads: Heads): Promise<void> {
  for (const waiting of heads.waiting()) {
    const [first, last] = [waiting.entries[0]!, waiting.entries.at(-1)!];
    const stored = await log.read(first.stream, first.version);
    // All of an append or none: whatever stands in its first place, it is not on its way any more.
    if (stored.length > 0) heads.settle(waiting, stored[last.version - first.version]?.hash === last.hash);
  }
}

/**
 * The leaves of the next batch: of what this process has appended, and then of what it was looked for. What does not fit goes
 * into the next one.
 * @throws LogError
 */
export async function proposalOf({ log, heads, look, nowMs }: ProposalDeps): Promise<Proposal> {
  const moment: Moment = { atMs: nowMs, number: heads.count() };
  const all = heads.runs();
  const room = createRoom();
  const runs: Run[] = [];
  let unnamed: string | null = null;
  let isWhole = true;
  for (let from = 0; from < all.length && isWhole; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE);
    const leaves = await Promise.all(some.map((run) => leafFromMemory(run, log, heads)));
    for (const [index, leaf] of leaves.entries()) {
      if (leaf === null)
        unnamed ??= `stream ${some[index]!.stream} has no first entry that can be read, so it has no leaf`;
      else if (room.take(leaf)) runs.push(some[index]!);
      else isWhole = false;
    }
  }
  // What is in memory has been looked at again since: none of it may be read back.
  for (const leaf of look?.found() ?? []) isWhole = isWhole && room.take(leaf);
  const lookedThrough = look?.isDone() && isWhole ? look.through : null;
  return { leaves: room.leaves, runs, moment, lookedThrough, trouble: unnamed };
}

/** Null when its stream cannot be named, or has an entry that no leaf can hold. */
async function leafFromMemory(run: Run, log: Pick<CallEventLog, 'read'>, heads: Heads): Promise<HeadLeaf | null> {
  const { stream, from, version, hash, time } = run;
  const firstHash = isHiddenInTree(stream) ? (run.firstHash ?? (await readFirstHash(stream, log, heads))) : '';
  if (firstHash === null) return null;
  const leaf: HeadLeaf = { stream: nameInTree(stream, firstHash), version, from, hash, time, how: 'memory' };
  return isSound(leaf) ? leaf : null;
}

async function readFirstHash(stream: string, log: Pick<CallEventLog, 'read'>, heads: Heads): Promise<string | null> {
  const known = heads.firstHash(stream);
  if (known !== undefined) return known;
  try {
    const [first] = await log.read(stream);
    return first?.version === 1 ? first.hash : null;
  } catch (error) {
    if (error instanceof LogError && error.code === 'LOG_CORRUPT') return null;
    throw error;
  }
}

/** What a batch has room for. */
function createRoom() {
  const leaves: HeadLeaf[] = [];
  let bytes = HEADER_BYTES_MAX;
  return {
    leaves,
    /** Returns false when it does not fit. */
    take(leaf: HeadLeaf): boolean {
      const needed = leaf.stream.length + LEAF_BYTES_MAX;
      if (leaves.length >= BATCH_LEAVES_MAX || bytes + needed > BATCH_BYTES_MAX) return false;
      leaves.push(leaf);
      bytes += needed;
      return true;
    },
  };
}
