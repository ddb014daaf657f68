import Database from 'libsql';
import { type ErrorFamily, ReadStoreError, type ReadStoreErrorCode } from '../ports.ts';

/** What SQLite gives and takes here; no blobs, no 64-bit integers. */
type SqlValue = string | number | null;

/** A prepared statement that changes rows. */
type Command = {
  /** @returns how many rows it changed. */
  run(...values: SqlValue[]): number;
};

/** A prepared statement that reads; rows come as arrays, which cost a third less than objects. */
export type Query<Row extends readonly SqlValue[]> = {
  first(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
};

/** One connection to a file. Everything is synchronous: there is no other turn between a BEGIN and its COMMIT. */
export type Sqlite = {
  command(sql: string): Command;
  query<Row extends readonly SqlValue[]>(sql: string): Query<Row>;
  exec(sql: string): void;
  /** All of `work` or none of it, with the write lock from the start, so that it cannot be refused half-way. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
};

/** Which store a file is, for its settings and for the errors it gives. */
export type SqliteKind = {
  readonly codes: ErrorFamily;
  readonly synchronous: 'NORMAL' | 'FULL';
  /** What somebody who finds the file damaged should do. */
  readonly whenCorrupt: string;
};

// Waiting for a lock stops the whole process, the answering of callbacks included. Longer waits are the caller's:
// the projector tries again later.
const BUSY_TIMEOUT_MS = 1_000;

/**
 * Opens or creates a file.
 * @throws ReadStoreError
 */
export function openSqlite(path: string, kind: SqliteKind): Sqlite {
  return guarded(path, kind, () => {
    const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
      db.exec('PRAGMA journal_mode = WAL');
      db.exec(`PRAGMA synchronous = ${kind.synchronous}`);
      db.exec('PRAGMA foreign_keys = ON');
      // 16 MiB, as for the log: a longer stall, so much rarer that a write costs less on average.
      db.exec('PRAGMA wal_autocheckpoint = 4000');
    } catch (error) {
      db.close();
      throw error;
    }
    return connection(db, (work) => guarded(path, kind, work));
  });
}

type Guard = <Result>(work: () => Result) => Result;

function connection(db: Database.Database, guard: Guard): Sqlite {
  const exec = (sql: string): void => guard(() => void db.exec(sql));
  return {
    exec,
    command(sql) {
      const statement = guard(() => db.prepare<SqlValue[]>(sql));
      return { run: (...values) => guard(() => statement.run(...values).changes) };
    },
    query<Row extends readonly SqlValue[]>(sql: string): Query<Row> {
      const statement = guard(() => db.prepare<SqlValue[]>(sql).raw());
      return {
        first: (...values) => guard(() => statement.get(...values) as Row | undefined),
        all: (...values) => guard(() => statement.all(...values) as Row[]),
      };
    },
    transaction(work) {
      exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        exec('COMMIT');
        return result;
      } catch (error) {
        // A full disk or a lost file has already rolled back, and a second ROLLBACK would hide the reason.
        if (db.inTransaction) exec('ROLLBACK');
        throw error;
      }
    },
    close() {
      try {
        // So that the file is whole by itself for whoever copies it. The driver's close leaves the -wal file beside it.
        db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      } catch {
        // Others are reading, or the file is damaged: the next to open it goes on from the -wal file.
      }
      db.close();
    },
  };
}

function guarded<Result>(path: string, kind: SqliteKind, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw storeError(path, kind, error);
  }
}

function storeError(path: string, kind: SqliteKind, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ReadStoreError) return error;
  const sqlite = 'code' in error ? String(error.code) : '';
  const fail = (problem: 'CORRUPT' | 'BUSY' | 'UNAVAILABLE', message: string): ReadStoreError => {
    const code: ReadStoreErrorCode = `${kind.codes}_${problem}`;
    return new ReadStoreError(code, message, { cause: error });
  };
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(sqlite)) return fail('CORRUPT', `${path} is damaged: ${kind.whenCorrupt}`);
  if (/^SQLITE_(BUSY|LOCKED)/.test(sqlite)) return fail('BUSY', `${path} is held by another process`);
  const lost = /^SQLITE_(IOERR|FULL|CANTOPEN|READONLY|PERM|AUTH)/.test(sqlite);
  if (lost || error.message.startsWith('ConnectionFailed')) return fail('UNAVAILABLE', `${path} cannot be used`);
  return error;
}
