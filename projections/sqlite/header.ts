import { closeSync, openSync, readSync, statSync } from 'node:fs';

const HEADER_BYTES = 100;
const PAGE_BYTES = 4_096;

/**
 * Looks at the first bytes of a file, of which SQLite believes some that nothing else bears out: one that says "written
 * by a later format" makes it refuse all writes (https://sqlite.org/fileformat2.html#the_database_header).
 * @returns what is wrong with them, null when nothing is, or there is no file or an empty one
 */
export function headerFlaw(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return null;
  if (!found.isFile()) return 'not a file';
  if (found.size === 0) return null;
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return 'cut short';
  } finally {
    closeSync(file);
  }
  return isOurs(header) ? null : 'its header';
}

function isOurs(header: Buffer): boolean {
  const isFormat = header.toString('latin1', 0, 16) === 'SQLite format 3\0' && header.readUInt16BE(16) === PAGE_BYTES;
  // 1: as it is made; 2: in WAL mode, which every opening of ours sets.
  const isWritable = [1, 2].includes(header[18] ?? 0) && [1, 2].includes(header[19] ?? 0);
  const isLaidOut = header[20] === 0 && header[21] === 64 && header[22] === 32 && header[23] === 32;
  // 0: nothing was written into the file itself so far. UTF-8 is 1.
  const isRead = header.readUInt32BE(44) <= 4 && header.readUInt32BE(56) <= 1;
  const isPlain = header.readUInt32BE(52) === 0 && header.readUInt32BE(64) === 0;
  return (
    isFormat && isWritable && isLaidOut && isRead && isPlain && header.subarray(72, 92).every((byte) => byte === 0)
  );
}
