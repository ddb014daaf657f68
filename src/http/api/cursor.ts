const PREFIX = '1:';
const CALL = /^[A-Za-z0-9-]{1,64}$/;

/** A cursor for the page after the row of this id. Opaque, so that paging may change. */
export function encodeCursor(id: string): string {
  return Buffer.from(`${PREFIX}${id}`).toString('base64url');
}

/** The id in a cursor; null when we cannot have made it. @param ids what ids look like; default: a callSessionId */
export function decodeCursor(cursor: string, ids: RegExp = CALL): string | null {
  const text = Buffer.from(cursor, 'base64url').toString();
  const id = text.slice(PREFIX.length);
  return text.startsWith(PREFIX) && ids.test(id) && encodeCursor(id) === cursor ? id : null;
}
