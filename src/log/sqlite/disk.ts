import { rm, statfs } from 'node:fs/promises';
import { openNew } from '../../files/private.ts';
import { LogError } from '../port.ts';

/** More than most groups of appends take. */
const TRIED_BYTES = 64 * 1024;

/**
 * Finds out whether the disk takes data and keeps it. The file is new each time: one that is there already could be written
 * over on a full disk too, as could a transaction that is rolled back.
 * @throws LogError LOG_UNAVAILABLE
 */
export async function tryWriting(path: string): Promise<void> {
  try {
    // What a process left here that was killed meanwhile.
    await rm(path, { force: true });
    const file = await openNew(path);
    try {
      await file.writeFile(Buffer.alloc(TRIED_BYTES, 1));
      await file.sync();
    } finally {
      await file.close();
      await rm(path, { force: true });
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new LogError('LOG_UNAVAILABLE', `the log's disk takes no data: ${code}`, { cause: error });
  }
}

/** What the disk of a directory has left for this process, in bytes. */
export async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}
