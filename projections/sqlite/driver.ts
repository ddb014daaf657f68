import { statSync } from 'node:fs';
import Database from 'libsql';
import { makeFile } from '../../src/files/private.ts';
import type { ErrorFamily } from '../ports.ts';
import { corrupt, guarded, type SqliteFile } from './errors.ts';
import { headerFlaw } from './header.ts';
import { allRows, type Columns, oneNumber, oneRow, type SqlValue } from './reading.ts';

/** A prepared statement that changes rows. */
type Command = {
  /** @returns how many rows it changed. */
  run(...values: SqlValue[]): number;
};

/** A prepared statement that reads. It gives no row that is not whole: a damaged one is an error that names it. */
export type Query<Row extends readonly unknown[]> = {
  first(...values: SqlValue[]): Row | null;
  all(...values: SqlValue[]): Row[];
};

/** One connection to a file. Everything is synchronous: there is no other turn between a BEGIN and its COMMIT. */
export type Sqlite = {
  command(sql: string): Command;
  /** @param rest of the SELECT, from behind FROM on */
  query<Row extends readonly unknown[]>(shape: Columns, rest: string): Query<Row>;
  /** A query for one integer, 0 for none. */
  number(sql: string): (...values: SqlValue[]) => number;
  exec(sql: string): void;
  /** All of `work` or none of it, with the write lock from the start, so that it cannot be refused half-way. */
  transaction<Result>(work: () => Result): Result;
  /** Looks for pages that do not hold together. @param table absent: of all tables. @throws ReadStoreError CORRUPT */
  checkPages(table?: string): void;
  /** The error that says that this file is damaged. @param where in it; never what a row holds */
  corrupt(where: string): Error;
  close(): void;
};

/** Told, in words, before something is made for the first time that takes a while. Must not throw. */
export type OnLongWork = (words: string) => void;

/** Which store a file is, for its settings and for the errors it gives. */
export type SqliteKind = {
  readonly codes: ErrorFamily;
  readonly synchronous: 'NORMAL' | 'FULL';
  /** What somebody who finds the file damaged should do. */
  readonly whenCorrupt: string;
  /** Whether a file with pages that do not hold together is refused, rather than read as far as it goes. */
  readonly checked: boolean;
};

// Waiting for a lock stops the whole process, the answering of callbacks included. So only an opening waits, in which a
// process has nobody to answer yet; later the caller tries again, in another turn.
const OPENING_BUSY_MS = 1_000;
/** Some 300 ms of a start. Damage in a larger file is found when it is read. */
const CHECKED_BYTES_MAX = 256 * 1024 ** 2;

/**
 * Opens or creates a file.
 * @param prepare what belongs to the opening too, and may wait for others like it
 * @param patienceMs how long the opening may hold the process up while others hold the file
 * @throws ReadStoreError
 */
export function openSqlite(
  path: string,
  kind: SqliteKind,
  prepare: (db: Sqlite) => void,
  patienceMs = OPENING_BUSY_MS,
): Sqlite {
  const file: SqliteFile = { path, codes: kind.codes, whenCorrupt: kind.whenCorrupt };
  const guard: Guard = (work) => guarded(file, work);
  return guard(() => {
    const flaw = headerFlaw(path);
    if (flaw) throw corrupt(file, flaw);
    if (path !== ':memory:') makeFile(path);
    const db = new Database(path, { timeout: patienceMs });
    try {
      db.exec(`PRAGMA busy_timeout = ${patienceMs}`);
      db.exec('PRAGMA journal_mode = WAL');
      db.exec(`PRAGMA synchronous = ${kind.synchronous}`);
      // 2 MiB a file unless told; the system keeps its pages as well, and writes and rows were as fast.
      db.exec('PRAGMA cache_size = -512');
      db.exec('PRAGMA foreign_keys = ON');
      // A damaged page is found when it is loaded, before what stands on it is taken for a place in memory.
      db.exec('PRAGMA cell_size_check = ON');
      // 16 MiB, as for the log: a longer stall, so much rarer that a write costs less on average.
      db.exec('PRAGMA wal_autocheckpoint = 4000');
      const opened = connection(db, file, guard);
      if (kind.checked) opened.checkPages();
      prepare(opened);
      db.exec('PRAGMA busy_timeout = 0');
      return opened;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * Opens a file that is known to be damaged, to read of it what can be read. Nothing is written to it.
 * @throws ReadStoreError
 */
export function openDamaged(path: string, kind: SqliteKind): Sqlite {
  const file: SqliteFile = { path, codes: kind.codes, whenCorrupt: kind.whenCorrupt };
  const guard: Guard = (work) => guarded(file, work);
  return guard(() => {
    const db = new Database(path);
    db.exec('PRAGMA query_only = ON; PRAGMA cell_size_check = ON');
    return connection(db, file, guard);
  });
}

type Guard = <Result>(work: () => Result) => Result;

function checkPages(db: Database.Database, file: SqliteFile, table?: string): void {
  const size = statSync(file.path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > CHECKED_BYTES_MAX) return;
  const what = table === undefined ? 1 : `'${table}'`;
  const sql = `SELECT count(*) FROM pragma_quick_check(${what}) WHERE quick_check <> 'ok'`;
  if (oneNumber(db, sql)([]) > 0) throw corrupt(file, 'pages that do not hold together');
}

function connection(db: Database.Database, file: SqliteFile, guard: Guard): Sqlite {
  const exec = (sql: string): void => guard(() => void db.exec(sql));
  return {
    exec,
    checkPages: (table) => guard(() => checkPages(db, file, table)),
    corrupt: (where) => corrupt(file, where),
    command(sql) {
      const statement = guard(() => db.prepare<[SqlValue[]]>(sql));
      // As one array: of arguments the driver makes one by `flat`, which takes longer than what most statements do.
      return { run: (...values) => guard(() => statement.run(values).changes) };
    },
    query<Row extends readonly unknown[]>(shape: Columns, rest: string): Query<Row> {
      let one: ReturnType<typeof oneRow> | undefined;
      let all: ReturnType<typeof allRows> | undefined;
      return {
        first: (...values) =>
          guard(() => {
            one ??= oneRow(db, shape, rest);
            return one(values) as unknown as Row | null;
          }),
        all: (...values) =>
          guard(() => {
            all ??= allRows(db, shape, rest);
            return all(values) as unknown as Row[];
          }),
      };
    },
    number(sql) {
      const number = guard(() => oneNumber(db, sql));
      return (...values) => guard(() => number(values));
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
    close: () => close(db),
  };
}

function close(db: Database.Database): void {
  try {
    // So that the file is whole by itself for whoever copies it. The driver's close leaves the -wal file beside it.
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // Others are reading, or the file is damaged: the next to open it goes on from the -wal file.
  }
  db.close();
}
