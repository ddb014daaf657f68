import { renameSync, rmSync } from 'node:fs';
import Database from 'libsql';
import { makeFile } from '../../src/files/private.ts';
import { guarded } from './errors.ts';
import { MEMBERS_FILE } from './members.ts';

/** Whoever writes members holds the file for so long at most, but for a large import. */
const PATIENCE_MS = 5_000;

/**
 * Copies the file of the members as it is at one moment, beside whoever writes it, and puts the copy where it is to be, also in
 * the place of an older one, which nobody may have open.
 * @throws ReadStoreError
 */
export function copyMembers(from: string, to: string): void {
  const part = `${to}.part`;
  // What a process left that was killed meanwhile.
  rmSync(part, { force: true });
  try {
    guarded({ path: from, ...MEMBERS_FILE }, () => {
      makeFile(part);
      const db = new Database(from, { timeout: PATIENCE_MS });
      try {
        db.prepare('VACUUM INTO ?').run([part]);
      } finally {
        db.close();
      }
    });
    // They belong to the file that goes: what is in them must not get into the new one.
    for (const end of ['-wal', '-shm', '-journal']) rmSync(`${to}${end}`, { force: true });
    renameSync(part, to);
  } finally {
    rmSync(part, { force: true });
  }
}
