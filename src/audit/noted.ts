import type { Entry, NewEntry } from '../domain/entries.ts';
import { memberStream, operationStream } from '../domain/streams.ts';
import type { CallEventLog } from '../log/port.ts';
import type { SideStreams } from '../log/side-streams.ts';
import { transact } from '../log/transact.ts';

/*
 * What is done for a member stands in the stream of its day's operation, where all of its kind is. The member's own stream has a
 * note of it, so that it is found without walking the days. Notes are stored for years: add optional fields, never rename.
 */

/** A note in the member's stream: where the entry stands, and its id there. */
export type NoteBody = { readonly stream: string; readonly request: string };

/** The type that notes of a kind bear, and what stands before the entry's id in theirs. */
export type NoteKind = { readonly type: string; readonly prefix: string };

type Deps = { readonly log: CallEventLog; readonly streams: SideStreams };

/**
 * Records what is done for a member: first where all of its kind stands, then the note that makes it found. After a crash in
 * between nobody was told that it is recorded, and the same asked again is recorded whole.
 * @throws LogError
 */
export async function recordNoted({ log, streams }: Deps, memberId: string, entry: NewEntry, kind: NoteKind) {
  const begun = new Date(entry.at);
  await streams.add(operationStream(entry.at), [entry], begun);
  const stream = memberStream(memberId);
  await transact(log, {
    stream,
    empty: () => null,
    fold: () => null,
    async decide(_state, head) {
      if (head.version === 0) await log.register(stream, begun);
      return { entries: [noteOf(entry, kind)], answer: null };
    },
  });
}

function noteOf({ id, at, actor }: NewEntry, { type, prefix }: NoteKind): NewEntry {
  const body: NoteBody = { stream: operationStream(at), request: id };
  return { kind: 'command', type, id: `${prefix}/${id}`, at, actor, cause: id, data: JSON.stringify(body) };
}

/** Where what was done for a member stands, by the notes of these types in the member's stream. */
export function notesIn(entries: readonly Entry[], types: readonly string[]): readonly NoteBody[] {
  return entries.filter(({ type }) => types.includes(type)).map(({ data }): NoteBody => JSON.parse(data));
}
