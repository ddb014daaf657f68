import { readCheckpoint } from '../../../tlog/checkpoint.ts';
import type { Verifier } from '../../../tlog/keys.ts';
import { formatNote, isSignedByOne, type Note, readNote, signedBy } from '../../../tlog/note.ts';
import type { TreeHead } from '../../../tlog/prove.ts';
import type { ExportScope } from '../entries.ts';
import { type BeginNote, isOfAnotherFormat, lineText, readNoteBody } from '../format.ts';
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
  if (line && 'note' in line && isOfAnotherFormat(line.note)) {
    return { kind: 'line', detail: 'it begins an export of another format, which this release does not read' };
  }
  if (!about || !line || !('note' in line) || !isBegin(about)) {
    return { kind: 'line', detail: 'it is not the first line of an export' };
  }
  const note = readNote(line.note);
  if (!isAsWritten(note, `${text}\n`)) return { kind: 'line', detail: 'it was written otherwise' };
  if (!isSigned(note, key)) return { kind: 'signature', detail: 'the first line' };
  const sealed = readNote(about.checkpoint);
  const checkpoint = readCheckpoint(sealed?.text ?? '');
  if (!checkpoint || !isSigned(sealed, key) || checkpoint.origin !== key.name) {
    return { kind: 'checkpoint', detail: 'it is not signed with that key' };
  }
  const { origin, size, root } = checkpoint;
  return { about, origin, tree: { size, root } };
}

export function isSigned(note: Note | null, key: Verifier): boolean {
  return note !== null && isSignedByOne(note, [key]);
}

/** Whether a line is its note as we write it, with one signature: no digest vouches for how it is written. */
export function isAsWritten(note: Note | null, line: string): boolean {
  return note?.signatures.length === 1 && line === lineText({ note: formatNote(note) });
}

/** Whether it has the members that are looked at: whoever has the key can sign anything. */
function isBegin({ exportId, recipient, scope, withhold, checkpoint }: BeginNote): boolean {
  const reasons = Array.isArray(withhold) ? withhold.map((each) => each?.reason) : [null];
  const texts = [exportId, recipient?.name, checkpoint, ...reasons, ...Object.values(scope ?? {})];
  return texts.every((text) => typeof text === 'string') && isScope(scope);
}

function isScope(scope: ExportScope): boolean {
  if (scope?.is === 'call') return 'callSessionId' in scope;
  if (scope?.is === 'member') return 'memberId' in scope;
  return scope?.is === 'period' && 'from' in scope && 'to' in scope;
}

/** Which of these witnesses have signed a checkpoint. */
export function cosignersOf(checkpoint: string, witnesses: readonly Verifier[]): readonly string[] {
  const note = readNote(checkpoint);
  return witnesses.flatMap((witness) => (note && typeof signedBy(note, witness) === 'object' ? [witness.name] : []));
}
