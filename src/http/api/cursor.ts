const PREFIX = '1:';

/** A cursor for the page after the call `callSessionId`. Opaque, so that paging may change. */
export function encodeCursor(callSessionId: string): string {
  return Buffer.from(`${PREFIX}${callSessionId}`).toString('base64url');
}

/** The callSessionId in a cursor; null when we cannot have made it. */
export function decodeCursor(cursor: string): string | null {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const id = text.slice(PREFIX.length);
  return text.startsWith(PREFIX) && /^[A-Za-z0-9-]{1,64}$/.test(id) && encodeCursor(id) === cursor ? id : null;
}
