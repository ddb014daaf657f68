import { type ErrorFamily, ReadStoreError, type ReadStoreErrorCode } from '../ports.ts';
import { DamagedRow } from './reading.ts';

/** Which file an error is about. */
export type SqliteFile = {
  readonly path: string;
  readonly codes: ErrorFamily;
  /** What somebody who finds the file damaged should do. */
  readonly whenCorrupt: string;
};

/** That a file contradicts itself. @param where in it, if that is known; never what a row holds */
export function corrupt({ path, codes, whenCorrupt }: SqliteFile, where?: string, cause?: unknown): ReadStoreError {
  const place = where ? ` (${where})` : '';
  return new ReadStoreError(`${codes}_CORRUPT`, `${path} is damaged${place}: ${whenCorrupt}`, { cause });
}

/** Whether an error says that a file of ours contradicts itself. */
export function isCorrupt(error: unknown): error is ReadStoreError {
  return error instanceof ReadStoreError && error.code.endsWith('_CORRUPT');
}

/** Whether another process holds the file, so that the same may succeed a moment later. */
export function isBusy(error: unknown): boolean {
  return error instanceof ReadStoreError && error.code.endsWith('_BUSY');
}

/**
 * What SQLite has against our own order of statements. Whatever else it has against one is the file's: the statements are always
 * the same, so it is the schema that it found, or what an index or a value was made of. It has hundreds of words for that.
 */
const OURS = /transaction|savepoint/;

/** Primary codes (https://sqlite.org/rescode.html) of errors that the driver knows no word for. */
const PRIMARY: Readonly<Record<number, string>> = {
  5: 'SQLITE_BUSY',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  26: 'SQLITE_NOTADB',
};

/** SQLite's word for an error, '' for one that is not SQLite's. */
function sqliteCode(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  // An index that lacks a row of its table is SQLITE_CORRUPT_INDEX, which libsql 0.5.29 gives as a number only.
  const [, number] = /^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(code) ?? [];
  return number === undefined ? code : (PRIMARY[Number(number) & 0xff] ?? code);
}

/**
 * What the caller is told of a failure: a ReadStoreError where it is the file's, the error itself where it is one of the
 * program or of the values given.
 */
function storeError(file: SqliteFile, error: unknown): unknown {
  if (error instanceof DamagedRow) return corrupt(file, error.message);
  if (!(error instanceof Error) || error instanceof ReadStoreError) return error;
  const sqlite = sqliteCode(error);
  const fail = (problem: 'BUSY' | 'UNAVAILABLE', message: string): ReadStoreError => {
    const code: ReadStoreErrorCode = `${file.codes}_${problem}`;
    return new ReadStoreError(code, message, { cause: error });
  };
  if (/^SQLITE_(CORRUPT|NOTADB|TOOBIG|FORMAT)|^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|FOREIGNKEY)/.test(sqlite))
    return corrupt(file, undefined, error);
  if (sqlite === 'SQLITE_ERROR' && !OURS.test(error.message)) return corrupt(file, undefined, error);
  if (/^SQLITE_(BUSY|LOCKED)/.test(sqlite)) return fail('BUSY', `${file.path} is held by another process`);
  const lost = /^SQLITE_(IOERR|FULL|CANTOPEN|READONLY|PERM|AUTH|NOMEM)/.test(sqlite);
  // Of the file system itself.
  if ('syscall' in error) return fail('UNAVAILABLE', `${file.path} cannot be used`);
  const gone = error.message.startsWith('ConnectionFailed') || error.message === 'The database connection is not open';
  if (lost || gone) return fail('UNAVAILABLE', `${file.path} cannot be used`);
  return error;
}

/** Does what a file may refuse. @throws ReadStoreError where the failure is the file's */
export function guarded<Result>(file: SqliteFile, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw storeError(file, error);
  }
}
