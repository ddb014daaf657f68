const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * An id as we write it: a UUID in small letters, because people paste them in capitals and some tools keep them so (RFC
 * 9562, 4: case does not matter). What is no UUID stays as it came: elsewhere capitals may tell two ids apart.
 */
export function foldUuid(id: string): string {
  return UUID.test(id) ? id.toLowerCase() : id;
}

/** How an id of somebody else's may be kept: as it came, and where it is a UUID in small letters. */
export function spellingsOf(id: string): readonly string[] {
  const folded = foldUuid(id);
  return folded === id ? [id] : [id, folded];
}
