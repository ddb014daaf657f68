import { text } from '../columns.ts';
import { ReadStoreError } from '../ports.ts';
import { COUNTED } from './counted.ts';
import type { Sqlite, SqliteKind } from './driver.ts';
import { SOUGHT } from './member-index.ts';
import type { Columns } from './reading.ts';

/**
 * Each text is applied once to a file, in this order, and the file remembers how many it has had. Add to the end;
 * never change one that has been released. Each makes a table, a column or an index: by that a file of a later release
 * is told from one whose count is damaged.
 */
export const READ_STORE_MIGRATIONS: readonly string[] = [
  // Without a rowid every index carries the CallSessionId, so an index on one column also gives the order of `list`.
  // MemberId has no foreign key: members are in a file of their own, which this one must not depend on.
  `CREATE TABLE CallSessions (
     CallSessionId TEXT NOT NULL PRIMARY KEY,
     MemberId TEXT NOT NULL,
     CallConnectionId TEXT,
     Status TEXT NOT NULL,
     Disposition TEXT,
     Questionnaire TEXT NOT NULL,
     CreatedAt TEXT NOT NULL,
     UpdatedAt TEXT NOT NULL,
     Version INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE CallResponses (
     ResponseId TEXT NOT NULL PRIMARY KEY,
     CallSessionId TEXT NOT NULL REFERENCES CallSessions (CallSessionId),
     QuestionNumber INTEGER NOT NULL,
     Response TEXT NOT NULL,
     RecordedAt TEXT NOT NULL,
     UNIQUE (CallSessionId, QuestionNumber)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX CallSessions_CallConnectionId ON CallSessions (CallConnectionId);
   CREATE INDEX CallSessions_MemberId ON CallSessions (MemberId);
   CREATE INDEX CallSessions_Status ON CallSessions (Status);
   CREATE INDEX CallSessions_Disposition ON CallSessions (Disposition);
   CREATE INDEX CallSessions_CreatedAt ON CallSessions (CreatedAt);
   CREATE TABLE Rebuilds (Run INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;`,
  // A row that is there already keeps null until its call's next write or a rebuild. Event Grid speaks of calls that
  // go on, which are written again; what it says of another finds no call and is kept until one is known.
  // PublishedNotices refers to no session: a rebuild drops that table, and must not forget what was published.
  `ALTER TABLE CallSessions ADD COLUMN CorrelationId TEXT;
   ALTER TABLE CallSessions ADD COLUMN ServerCallId TEXT;
   CREATE INDEX CallSessions_CorrelationId ON CallSessions (CorrelationId);
   CREATE INDEX CallSessions_ServerCallId ON CallSessions (ServerCallId);
   CREATE INDEX CallSessions_UpdatedAt ON CallSessions (UpdatedAt);
   CREATE TABLE PublishedNotices (
     CallSessionId TEXT NOT NULL PRIMARY KEY,
     Version INTEGER NOT NULL,
     Notices TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;`,
];

/** The members' file; same rules. */
export const MEMBERS_MIGRATIONS: readonly string[] = [
  `CREATE TABLE Members (
     MemberId TEXT NOT NULL PRIMARY KEY,
     PhoneNumber TEXT NOT NULL,
     Name TEXT,
     TimeZone TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX Members_PhoneNumber_MemberId ON Members (PhoneNumber, MemberId);`,
];

/**
 * Stands in a file that took the place of a damaged one, in one row: what of the notice ledger is older was lost ('' when
 * none was), and whether the rows of all calls are there again. No migration: only such a file has it, and a release that
 * does not know it can go on with the file.
 */
export const BEGUN_ANEW =
  'CREATE TABLE IF NOT EXISTS BegunAnew (LostBefore TEXT NOT NULL, IsFilled INTEGER NOT NULL) STRICT';

/**
 * Brings a file up to the last migration, each in a transaction of its own.
 * @throws ReadStoreError NEWER when the file has had more migrations than there are here, CORRUPT when it says so and
 * has nothing of them, or says that it had none and has tables. A file that is read as far as it goes is not refused for that.
 */
export function migrate(db: Sqlite, { codes, checked }: SqliteKind, migrations: readonly string[]): void {
  const version = db.number('PRAGMA user_version');
  const tables = db.number("SELECT count(*) FROM sqlite_schema WHERE type = 'table'");
  const found = version();
  if (found > migrations.length && hasMore(db, migrations)) throw newer(codes, found, migrations.length);
  if (found > migrations.length || found < 0 || (found === 0 && tables() > 0)) {
    if (checked) throw db.corrupt('the count of its migrations');
    return;
  }
  // Asked again inside the lock: another process may be bringing the same file up to date.
  for (let next = found; next < migrations.length; next++) {
    db.transaction(() => {
      if (version() !== next) return;
      db.exec(migrations[next] ?? '');
      db.exec(`PRAGMA user_version = ${next + 1}`);
    });
  }
}

/** All of them, in the transaction of whoever makes a new file; nothing where another process has just made it. */
export function migrateAtOnce(db: Sqlite, migrations: readonly string[]): void {
  if (db.number('PRAGMA user_version')() > 0) return;
  db.exec(`${migrations.join(' ')} PRAGMA user_version = ${migrations.length}`);
}

const NAMES: Columns = { table: 'sqlite_schema', columns: [{ sql: 'name', holds: text }] };

/** The tables in which SQLite's index of texts keeps itself. */
const OF_INDEX = 'MemberNames*';

/** Whether a file has tables, columns or indexes that no text here makes. */
function hasMore(db: Sqlite, migrations: readonly string[]): boolean {
  const known = new Set([...migrations, BEGUN_ANEW, COUNTED, SOUGHT].join(' ').match(/\w+/g));
  const names = db.query<[string]>(
    NAMES,
    `(SELECT name FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB '${OF_INDEX}'
      UNION SELECT C.name FROM sqlite_schema T JOIN pragma_table_info(T.name) C
      WHERE T.type = 'table' AND T.name NOT LIKE 'sqlite_%' AND T.name NOT GLOB '${OF_INDEX}')`,
  );
  // What a rebuild makes is named after what is there.
  const isKnown = (name: string): boolean =>
    name.startsWith('sqlite_') || known.has(name.replace(/_(new|touched).*/, ''));
  return names.all().some(([name]) => !isKnown(name));
}

function newer(codes: SqliteKind['codes'], found: number, known: number): ReadStoreError {
  const message = `the file has tables of version ${found}, this release knows ${known}: use the release that wrote it or a later one`;
  return new ReadStoreError(`${codes}_NEWER`, message);
}
