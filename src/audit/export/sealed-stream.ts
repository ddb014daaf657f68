import { EMPTY_HEAD, type Entry } from '../../domain/entries.ts';
import { hashEntry } from '../../log/hash-chain.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';
import { type HeadLeaf, isHiddenInTree, nameInTree } from '../checkpoints/leaf.ts';
import type { Moment } from '../checkpoints/moment.ts';
import type { Left, LeftBecause } from './format.ts';

/** A stream as it was at a moment: up to its newest leaf, which stands at `index` of the tree. */
export type SealedStream = {
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly index: number;
  readonly leaf: HeadLeaf;
};

type Deps = {
  readonly log: Pick<CallEventLog, 'read'>;
  readonly moment: Moment;
  /** Told of each sound entry while it is laid out. What is told of a stream that turns out unsound counts for nothing. */
  readonly sound?: (entry: Entry) => void;
};

/**
 * Reads a stream up to what the tree has sealed of it. What contradicts the tree is not signed as if it were sound: it is named.
 * @throws LogError LOG_UNAVAILABLE, and LOG_CORRUPT when the store as a whole cannot be read; CheckpointError
 */
export async function readSealed({ log, moment, sound = () => {} }: Deps, name: string): Promise<SealedStream | Left> {
  const stored = await readStream(log, name);
  if (typeof stored === 'string') return left(name, 'unreadable', stored);
  const first = stored[0]?.hash;
  const index = first === undefined && isHiddenInTree(name) ? null : moment.newest(nameInTree(name, first ?? ''));
  if (index === null) {
    if (first === undefined) return left(name, 'empty', 'the log has no entry of it');
    return left(name, 'uncovered', 'no entry of it is covered by the checkpoint');
  }
  const leaf = await moment.leaf(index);
  const entries = stored.slice(0, leaf.version);
  const flaw = flawOf(name, entries, leaf, sound);
  return flaw === null ? { name, entries, index, leaf } : left(name, 'contradicts', flaw);
}

function left(name: string, because: LeftBecause, words: string): Left {
  return { name, because, words };
}

async function readStream(log: Deps['log'], name: string): Promise<readonly Entry[] | string> {
  try {
    return await log.read(name);
  } catch (error) {
    if (!(error instanceof LogError) || error.code !== 'LOG_CORRUPT' || error.version === undefined) throw error;
    return `the store cannot give entry ${error.version}`;
  }
}

/** In words, why these entries are not what the leaf is of; null: they are. */
function flawOf(
  stream: string,
  entries: readonly Entry[],
  leaf: HeadLeaf,
  sound: (entry: Entry) => void,
): string | null {
  if (entries.length < leaf.version) return `the log has ${entries.length} entries, and the checkpoint ${leaf.version}`;
  let before = EMPTY_HEAD.hash;
  for (const [place, entry] of entries.entries()) {
    if (entry.version !== place + 1 || entry.stream !== stream) return `entry ${place + 1} is another one`;
    if (hashEntry(before, stream, entry.version, entry) !== entry.hash) return `entry ${entry.version} was altered`;
    sound(entry);
    before = entry.hash;
  }
  return before === leaf.hash ? null : 'its entries are others than those of the checkpoint';
}
