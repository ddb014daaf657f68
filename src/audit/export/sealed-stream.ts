import type { Entry } from '../../domain/entries.ts';
import { hexOf, NO_DIGEST } from '../../log/digest.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';
import { type StoredStream, streamOfEntries } from '../../log/stored-stream.ts';
import { type HeadLeaf, isHiddenInTree, nameInTree } from '../checkpoints/leaf.ts';
import type { Moment } from '../checkpoints/moment.ts';
import type { Left, LeftBecause } from './format.ts';
import type { LaidOut } from './part-bytes.ts';

/** A stream as it was at a moment: up to its newest leaf, which stands at `index` of the tree. */
export type SealedStream = {
  readonly name: string;
  readonly first: Entry;
  /** May have entries beyond the leaf, which do not count. */
  readonly stored: StoredStream;
  readonly index: number;
  readonly leaf: HeadLeaf;
};

type Deps = {
  readonly log: Pick<CallEventLog, 'read' | 'readStored'>;
  readonly moment: Moment;
  /** Told of each sound entry while it is laid out. What is told of a stream that turns out unsound counts for nothing. */
  readonly sound?: Sound;
};

type Sound = (stored: StoredStream, index: number, laidOut: LaidOut) => void;

/**
 * Reads a stream up to what the tree has sealed of it. What contradicts the tree is not signed as if it were sound: it is named.
 * @throws LogError LOG_UNAVAILABLE, and LOG_CORRUPT when the store as a whole cannot be read; CheckpointError
 */
export async function readSealed({ log, moment, sound = () => {} }: Deps, name: string): Promise<SealedStream | Left> {
  const stored = await readStream(log, name);
  if (typeof stored === 'string') return left(name, 'unreadable', stored);
  const first = stored.count > 0 ? stored.entry(0) : undefined;
  const index = first === undefined && isHiddenInTree(name) ? null : moment.newest(nameInTree(name, first?.hash ?? ''));
  if (index === null) {
    if (first === undefined) return left(name, 'empty', 'the log has no entry of it');
    return left(name, 'uncovered', 'no entry of it is covered by the checkpoint');
  }
  const leaf = await moment.leaf(index);
  const flaw = flawOf(stored, leaf, sound);
  // Without a flaw there are as many entries as the leaf says, and no leaf is of none.
  return flaw === null ? { name, first: first!, stored, index, leaf } : left(name, 'contradicts', flaw);
}

function left(name: string, because: LeftBecause, words: string): Left {
  return { name, because, words };
}

async function readStream(log: Deps['log'], name: string): Promise<StoredStream | string> {
  try {
    return (await log.readStored?.(name)) ?? streamOfEntries(name, await log.read(name));
  } catch (error) {
    if (!(error instanceof LogError) || error.code !== 'LOG_CORRUPT' || error.version === undefined) throw error;
    return `the store cannot give entry ${error.version}`;
  }
}

/** In words, why these entries are not what the leaf is of; null: they are. */
function flawOf(stored: StoredStream, leaf: HeadLeaf, sound: Sound): string | null {
  if (stored.count < leaf.version) return `the log has ${stored.count} entries, and the checkpoint ${leaf.version}`;
  let before = NO_DIGEST;
  for (let index = 0; index < leaf.version; index += 1) {
    if (stored.version(index) !== index + 1) return `entry ${index + 1} is another one`;
    const fieldsEnd = stored.layOut(index);
    const digest = stored.chained(index, before, fieldsEnd);
    if (digest === null) return `entry ${index + 1} was altered`;
    sound(stored, index, { fieldsEnd, digest });
    before = digest;
  }
  return hexOf(before) === leaf.hash ? null : 'its entries are others than those of the checkpoint';
}
