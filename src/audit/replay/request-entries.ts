import type { Entry, NewEntry } from '../../domain/entries.ts';
import { operationStream } from '../../domain/streams.ts';
import type { RequestKind } from './api.ts';

/*
 * A request stands in the stream of its day's operation, where all requests are. The member's own stream has a note of it, so
 * that it is found without walking the days. Both are stored for years: add optional fields, never rename.
 */

/** `RequestForMember`: what somebody asked for. Nothing is deleted for it. */
export type RequestForMemberBody = {
  readonly kind: RequestKind;
  readonly memberId: string;
  readonly reason: string;
};

/** `NoteRequest`, in the member's stream: where the request stands. */
export type NoteRequestBody = { readonly stream: string; readonly request: string };

const REQUEST = 'RequestForMember';
const NOTE = 'NoteRequest';

type Asked = RequestForMemberBody & { readonly id: string; readonly at: string; readonly actor: string };

export function requestEntry({ id, at, actor, ...body }: Asked): NewEntry {
  return { kind: 'command', type: REQUEST, id, at, actor, cause: null, data: JSON.stringify(body) };
}

export function noteEntry({ id, at, actor }: Asked): NewEntry {
  const body: NoteRequestBody = { stream: operationStream(at), request: id };
  return { kind: 'command', type: NOTE, id: `request/${id}`, at, actor, cause: id, data: JSON.stringify(body) };
}

/** Where requests for a member stand, by the notes in the member's stream. */
export function notesIn(entries: readonly Entry[]): readonly NoteRequestBody[] {
  return entries.filter(({ type }) => type === NOTE).map(({ data }): NoteRequestBody => JSON.parse(data));
}

/** A request in its stream; null when it is not there. */
export function requestIn(entries: readonly Entry[], id: string): (Asked & { readonly version: number }) | null {
  const entry = entries.find((one) => one.type === REQUEST && one.id === id);
  if (!entry) return null;
  const body: RequestForMemberBody = JSON.parse(entry.data);
  const { version, at, actor } = entry;
  return { ...body, id, at, actor, version };
}

export const REQUEST_WORDS: Readonly<Record<RequestKind, string>> = {
  deletion: 'asked that the member’s data be deleted; nothing is deleted in this release',
  hold: 'asked that the member’s data be held',
};
