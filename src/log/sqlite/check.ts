import { statSync } from 'node:fs';
import type Database from 'libsql';
import { LogError } from '../port.ts';

/** A check reads the whole file; above this size a start would take too long, and `verify` is left to find the damage. */
const CHECKED_BYTES_MAX = 1024 ** 3;
const STREAMS_NAMED_MAX = 5;

/**
 * Looks for pages that do not hold together, so that a damaged log is not written to.
 * @throws LogError LOG_CORRUPT, naming streams that cannot be read
 */
export function checkPages(db: Database.Database, path: string): void {
  if (statSync(path).size > CHECKED_BYTES_MAX) return;
  const [finding] = db.prepare('PRAGMA quick_check(1)').raw().all() as unknown[][];
  if (finding?.[0] === 'ok') return;
  const streams = unreadable(db);
  const named = streams.length > 0 ? `; among the streams that cannot be read: ${streams.join(', ')}` : '';
  throw new LogError('LOG_CORRUPT', `${path} is damaged (${String(finding?.[0])})${named}. Restore it from a backup.`);
}

/** Reads every registered stream that the register itself still names. */
function unreadable(db: Database.Database): string[] {
  const found: string[] = [];
  try {
    const names = db.prepare('SELECT DISTINCT CAST(stream AS BLOB) FROM streams').raw().all() as Buffer[][];
    for (const [name] of names) {
      if (found.length >= STREAMS_NAMED_MAX) break;
      const stream = String(name);
      if (!isReadable(db, stream)) found.push(stream);
    }
  } catch {
    // The register is damaged too: there is nobody to name.
  }
  return found;
}

function isReadable(db: Database.Database, stream: string): boolean {
  try {
    // As bytes: selecting a damaged TEXT as text takes the whole process down (libsql 0.5).
    db.prepare('SELECT version, CAST(data AS BLOB), CAST(hash AS BLOB) FROM entries WHERE stream = ?')
      .raw()
      .all(stream);
    return true;
  } catch {
    return false;
  }
}
