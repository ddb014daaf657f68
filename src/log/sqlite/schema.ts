import { existsSync } from 'node:fs';
import Database from 'libsql';
import { makeFile } from '../../files/private.ts';
import { LogError } from '../port.ts';
import { checkPages } from './check.ts';
import { storeError } from './errors.ts';

/** 'CALL': SQLite's own mark for whose file it is (https://sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x43414c4c;
const SCHEMA_VERSION = 1;
/** A reader may meet a writer that recovers or resets the write-ahead log; that takes milliseconds. */
const READER_PATIENCE_MS = 2_000;
/**
 * Pages in the write-ahead log (16 MiB) before they are copied to the database. Four times SQLite's own choice: the
 * stall is longer but so much rarer that the 99th percentile of an append under full load fell by a third.
 */
const CHECKPOINT_PAGES = 4_000;
/** What a write-ahead log that had to grow (a reader stood still in it) keeps of the disk afterwards. */
const WAL_KEPT_BYTES = 32 * 1024 ** 2;

/*
 * `entries` keeps a rowid: new rows then go to the end of the table and only the small key index is written in the
 * middle. WITHOUT ROWID was measured at 1.5 times the cost per row.
 * `entries_in_order` is there for INSERT OR REPLACE, which deletes a row without asking the triggers for DELETE
 * (https://sqlite.org/lang_conflict.html); it refuses gaps too, and costs 2 of 10 microseconds per row.
 * A replaced row of `streams` is the same row again.
 */
const SCHEMA_SQL = `
CREATE TABLE entries (
  stream TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
  at TEXT NOT NULL, actor TEXT NOT NULL, cause TEXT, data TEXT NOT NULL, hash TEXT NOT NULL,
  PRIMARY KEY (stream, version)
) STRICT;
CREATE TABLE streams (hour TEXT NOT NULL, stream TEXT NOT NULL, PRIMARY KEY (hour, stream)) STRICT, WITHOUT ROWID;
CREATE INDEX streams_by_stream ON streams (stream, hour);
CREATE TRIGGER entries_in_order BEFORE INSERT ON entries
WHEN NEW.version <> (SELECT ifnull(max(version), 0) + 1 FROM entries WHERE stream = NEW.stream)
  OR EXISTS (SELECT 1 FROM entries WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER streams_no_update BEFORE UPDATE ON streams BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER streams_no_delete BEFORE DELETE ON streams BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** How a file becomes a database. */
export type OpenDatabase = (path: string) => Database.Database;

export const openDatabase: OpenDatabase = (path) => new Database(path);

/**
 * Opens the file for writing, and creates it if there is none.
 * @throws LogError LOG_CORRUPT when it is damaged or not a log; LOG_UNAVAILABLE when it cannot be opened or is too new.
 */
export function openForWriting(path: string, open: OpenDatabase): Database.Database {
  try {
    makeFile(path);
    return opened(open(path), path, (db) => {
      query(db, 'PRAGMA journal_mode = WAL');
      // FULL syncs at every COMMIT: what was acknowledged survives the loss of power. NORMAL would not.
      db.exec('PRAGMA synchronous = FULL');
      // 2 MiB unless told; the system keeps its pages as well, and appends were as fast.
      db.exec('PRAGMA cache_size = -512');
      query(db, `PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      query(db, `PRAGMA journal_size_limit = ${WAL_KEPT_BYTES}`);
      if (query(db, 'SELECT count(*) FROM sqlite_schema') === 0) db.exec(`BEGIN IMMEDIATE; ${SCHEMA_SQL} COMMIT;`);
      checkPages(db, path);
    });
  } catch (error) {
    throw storeError(error);
  }
}

/**
 * Opens the file for reading; a process that writes is not disturbed.
 * @param whole false: one whose safeguards are gone is opened too, to be looked at
 * @throws LogError as `openForWriting`; LOG_UNAVAILABLE when there is no such file.
 */
export function openForReading(path: string, open: OpenDatabase, whole = true): Database.Database {
  if (!existsSync(path)) throw new LogError('LOG_UNAVAILABLE', `there is no log at ${path}`);
  try {
    return opened(
      open(path),
      path,
      (db) => {
        query(db, `PRAGMA busy_timeout = ${READER_PATIENCE_MS}`);
        db.exec('PRAGMA query_only = ON');
      },
      whole,
    );
  } catch (error) {
    throw storeError(error);
  }
}

function opened(
  db: Database.Database,
  path: string,
  prepare: (db: Database.Database) => void,
  whole = true,
): Database.Database {
  try {
    prepare(db);
    checkSchema(db, path);
    const [flaw] = whole ? flawsOf(db) : [];
    if (flaw !== undefined) throw new LogError('LOG_CORRUPT', `${path}: ${flaw}; callistra audit verify says more`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function checkSchema(db: Database.Database, path: string): void {
  if (query(db, 'PRAGMA application_id') !== APPLICATION_ID) {
    throw new LogError('LOG_CORRUPT', `${path} is a database, but not a call-event log`);
  }
  const version = Number(query(db, 'PRAGMA user_version'));
  if (version > SCHEMA_VERSION) {
    const message = `${path} was written by a newer program (format ${version}, known up to ${SCHEMA_VERSION}): upgrade`;
    throw new LogError('LOG_UNAVAILABLE', message);
  }
  // Walks both trees from root to leaf at either end: a file that was cut or overwritten does not get further.
  for (const order of ['ASC', 'DESC']) {
    query(db, `SELECT length(data) FROM entries ORDER BY rowid ${order} LIMIT 1`);
    query(db, `SELECT length(stream) FROM entries ORDER BY stream ${order}, version ${order} LIMIT 1`);
    query(db, `SELECT length(stream) FROM streams ORDER BY hour ${order} LIMIT 1`);
  }
}

/**
 * What of tables, indexes and triggers is not to the letter as we make it, in words. A trigger that is there and refuses nothing
 * looks like one of ours to any other check. So the text of the schema must never be laid out anew under its version.
 */
export function flawsOf(db: Database.Database): string[] {
  const ours = objectsIn(madeNow());
  const theirs = objectsIn(db);
  const changed = [...ours].flatMap(([name, sql]) => {
    const found = theirs.get(name);
    if (found === undefined) return [`${name} is missing`];
    return found === sql ? [] : [`${name} is not as it was made`];
  });
  const foreign = [...theirs.keys()].filter((name) => !ours.has(name)).map((name) => `${name} is not of the log`);
  return [...changed, ...foreign];
}

let made: Database.Database | undefined;

function madeNow(): Database.Database {
  if (made) return made;
  made = new Database(':memory:');
  made.exec(SCHEMA_SQL);
  return made;
}

/** The texts by kind and name; SQLite's own (statistics, say) are not the log's business. */
function objectsIn(db: Database.Database): Map<string, string> {
  const sql = `SELECT CAST(type || ' ' || name AS BLOB), CAST(ifnull(sql, '') AS BLOB) FROM sqlite_schema
    WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`;
  const rows = db.prepare(sql).raw().all() as [Buffer, Buffer][];
  return new Map(rows.map(([name, text]) => [name.toString(), text.toString()]));
}

function query(db: Database.Database, sql: string): unknown {
  const row = db.prepare(sql).raw().get([]);
  return Array.isArray(row) ? row[0] : undefined;
}

/** Closes a database that was opened for writing. */
export function closeAfterWriting(db: Database.Database): void {
  try {
    // The driver leaves the last checkpoint to the garbage collector of its statements.
    query(db, 'PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // What cannot be copied now stays in the write-ahead log, from where the next opening takes it.
  }
  db.close();
}
