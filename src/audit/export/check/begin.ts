import { readCheckpoint } from '../../../tlog/checkpoint.ts';
import type { Verifier } from '../../../tlog/keys.ts';
import { isSignedByOne, readNote, signedBy } from '../../../tlog/note.ts';
import type { TreeHead } from '../../../tlog/prove.ts';
import { type BeginNote, readNoteBody } from '../format.ts';
import type { ExportFindingKind } from './findings.ts';
import { readLine } from './read-line.ts';

/** What the first line says, and the tree of its checkpoint. */
export type Begun = { readonly about: BeginNote; readonly tree: TreeHead; readonly origin: string };

/** Reads the first line; what is wrong with it when it cannot be believed: then nothing behind it can. */
export function readBegin(
  text: string | null,
  key: Verifier,
): Begun | { readonly kind: ExportFindingKind; readonly detail: string } {
  const line = text === null ? null : readLine(text);
  const about = line && 'note' in line ? readNoteBody(line.note, 'begin') : null;
  if (!about || !line || !('note' in line)) return { kind: 'line', detail: 'it is not the first line of an export' };
  if (!isSigned(line.note, key)) return { kind: 'signature', detail: 'the first line' };
  const checkpoint = readCheckpoint(readNote(about.checkpoint)?.text ?? '');
  if (!checkpoint || !isSigned(about.checkpoint, key) || checkpoint.origin !== key.name) {
    return { kind: 'checkpoint', detail: 'it is not signed with that key' };
  }
  const { origin, size, root } = checkpoint;
  return { about, origin, tree: { size, root } };
}

export function isSigned(text: string, key: Verifier): boolean {
  const note = readNote(text);
  return note !== null && isSignedByOne(note, [key]);
}

/** Which of these witnesses have signed a checkpoint. */
export function cosignersOf(checkpoint: string, witnesses: readonly Verifier[]): readonly string[] {
  const note = readNote(checkpoint);
  return witnesses.flatMap((witness) => (note && typeof signedBy(note, witness) === 'object' ? [witness.name] : []));
}
