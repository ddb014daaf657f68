import { ReadStoreError } from '../ports.ts';
import type { Sqlite, SqliteKind } from './driver.ts';

/**
 * Each text is applied once to a file, in this order, and the file remembers how many it has had. Add to the end;
 * never change one that has been released.
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
 * Brings a file up to the last migration, each in a transaction of its own.
 * @throws ReadStoreError NEWER when the file has had more migrations than there are here.
 */
export function migrate(db: Sqlite, codes: SqliteKind['codes'], migrations: readonly string[]): void {
  const applied = db.query<[number]>('PRAGMA user_version');
  const version = (): number => applied.first()?.[0] ?? 0;
  if (version() > migrations.length) throw newer(codes, version(), migrations.length);
  // Asked again inside the lock: another process may be bringing the same file up to date.
  for (let next = version(); next < migrations.length; next++) {
    db.transaction(() => {
      if (version() !== next) return;
      db.exec(migrations[next] ?? '');
      db.exec(`PRAGMA user_version = ${next + 1}`);
    });
  }
}

function newer(codes: SqliteKind['codes'], found: number, known: number): ReadStoreError {
  const message = `the file has tables of version ${found}, this release knows ${known}: use the release that wrote it or a later one`;
  return new ReadStoreError(`${codes}_NEWER`, message);
}
