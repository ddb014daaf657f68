import type { NewEntry } from '../../domain/entries.ts';
import type { RequestKind } from './api.ts';

/*
 * A request stands in the stream of its day's operation, with a `NoteRequest` in the member's own stream. Both are stored for
 * years: add optional fields, never rename.
 */

/** `RequestForMember`: what somebody asked for. Nothing is deleted for it. */
export type RequestForMemberBody = {
  readonly kind: RequestKind;
  readonly memberId: string;
  readonly reason: string;
};

export const REQUEST = 'RequestForMember';
export const REQUEST_NOTE = { type: 'NoteRequest', prefix: 'request' } as const;

type Asked = RequestForMemberBody & { readonly id: string; readonly at: string; readonly actor: string };

export function requestEntry({ id, at, actor, ...body }: Asked): NewEntry {
  return { kind: 'command', type: REQUEST, id, at, actor, cause: null, data: JSON.stringify(body) };
}

export const REQUEST_WORDS: Readonly<Record<RequestKind, string>> = {
  deletion: 'asked that the member’s data be deleted; nothing is deleted in this release',
  hold: 'asked that the member’s data be held',
};
