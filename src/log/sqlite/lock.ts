import Database from 'libsql';
import { makeFile } from '../../files/private.ts';
import { LogError } from '../port.ts';
import { sqliteCode, storeError } from './errors.ts';

/**
 * Takes the right to write, for as long as this process lives. It is an exclusive transaction on a database of its
 * own beside the log: the operating system drops it whenever the process ends, also by SIGKILL, so no stale lock has
 * ever to be removed by hand (a file that holds a process id would, and Node has no flock). Not on the log's own file,
 * because there it would shut out the readers too.
 * @returns the function that gives the right back.
 * @throws LogError LOG_IN_USE, LOG_UNAVAILABLE
 */
export function lockForWriting(path: string): () => void {
  const lockPath = `${path}.lock`;
  let db: Database.Database | undefined;
  try {
    makeFile(lockPath);
    db = new Database(lockPath);
    db.exec('BEGIN EXCLUSIVE');
    const held = db;
    return () => {
      held.exec('ROLLBACK');
      held.close();
    };
  } catch (error) {
    db?.close();
    if (!sqliteCode(error).startsWith('SQLITE_BUSY')) throw storeError(error);
    const advice = 'stop it first, or open the log read-only (verify, export), or give this process its own directory';
    throw new LogError('LOG_IN_USE', `another process writes to ${path}: ${advice}`, { cause: error });
  }
}
