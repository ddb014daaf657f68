import type { HistoryPlace } from './api.ts';

/** A cursor for the page of a history behind this place. Opaque, so that paging may change. */
export function encodePlace({ at, id }: HistoryPlace): string {
  return Buffer.from(JSON.stringify([1, at, id])).toString('base64url');
}

/** The place in a cursor; null when we cannot have made it. */
export function decodePlace(cursor: string): HistoryPlace | null {
  const read = placeIn(Buffer.from(cursor, 'base64url').toString());
  return read && encodePlace(read) === cursor ? read : null;
}

function placeIn(text: string): HistoryPlace | null {
  try {
    const [form, at, id] = JSON.parse(text) as unknown[];
    return form === 1 && typeof at === 'string' && typeof id === 'string' ? { at, id } : null;
  } catch {
    return null;
  }
}
