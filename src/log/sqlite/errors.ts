import Database from 'libsql';
import { LogError } from '../port.ts';

/** The code that SQLite gave the error, or '' for an error that is not SQLite's. */
export function sqliteCode(error: unknown): string {
  if (!(error instanceof Database.SqliteError)) return '';
  // An index that lacks a row of its table: libsql 0.5.29 has no word for this one.
  return error.code === 'UNKNOWN_SQLITE_ERROR_779' ? 'SQLITE_CORRUPT_INDEX' : error.code;
}

/** True for a failed check on the row itself; every other failure is one of the store or of the program. */
export function isConstraint(error: unknown): boolean {
  return sqliteCode(error).startsWith('SQLITE_CONSTRAINT');
}

/** What the caller is told: LOG_CORRUPT when SQLite says that the file is, otherwise LOG_UNAVAILABLE. */
export function storeError(error: unknown): LogError {
  if (error instanceof LogError) return error;
  const code = sqliteCode(error);
  const detail = error instanceof Error ? error.message : String(error);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new LogError('LOG_CORRUPT', `the log's file is damaged: ${detail}`, { cause: error });
  }
  return new LogError('LOG_UNAVAILABLE', `the log's file cannot be used: ${detail}`, { cause: error });
}

/** True when the disk did not confirm that it keeps what was written. */
export function isFailedSync(error: unknown): boolean {
  return sqliteCode(error).endsWith('_FSYNC');
}

/** True when the failure is the store's (disk, lock, damage) and would meet every other write too. */
export function isStoreWide(error: unknown): boolean {
  return sqliteCode(error) !== '' && !isConstraint(error);
}
