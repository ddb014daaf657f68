import { type Checkpoint, readCheckpoint } from '../../tlog/checkpoint.ts';
import type { Verifier } from '../../tlog/keys.ts';
import { isSignedByOne, type Note, readNote } from '../../tlog/note.ts';
import type { MerkleTree } from '../../tlog/tree.ts';

/** A checkpoint that one of this tree's keys has signed, wherever it was found. */
export type Claim = { readonly checkpoint: Checkpoint; readonly note: Note };

/** Reads a note; null when it is no checkpoint of this tree: whoever shows it can have made it up. */
export function readClaim(text: string, origin: string, keys: readonly Verifier[]): Claim | null {
  const note = readNote(text);
  if (!note || !isSignedByOne(note, keys)) return null;
  const checkpoint = readCheckpoint(note.text);
  return checkpoint?.origin === origin ? { checkpoint, note } : null;
}

/** How far the log has recorded its tree. */
export type RecordedSize = { readonly size: number; readonly tree: Pick<MerkleTree, 'rootAt'> };

/**
 * What is wrong, in words, if this checkpoint is none of the recorded tree; null when it is one.
 * @param who it is known by
 */
export async function contradiction(
  who: string,
  { checkpoint }: Claim,
  recorded: RecordedSize,
): Promise<string | null> {
  const { size, root } = checkpoint;
  if (size > recorded.size) return `${who} knows a tree of ${size} leaves, and the log has recorded ${recorded.size}`;
  if ((await recorded.tree.rootAt(size)).equals(root)) return null;
  return `${who} knows another tree of ${size} leaves than the one that the log has recorded`;
}
