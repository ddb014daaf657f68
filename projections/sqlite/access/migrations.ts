/** The file of who looked; the rules are those of the read models' migrations. */
export const ACCESS_MIGRATIONS: readonly string[] = [
  // With a rowid: a row with its lists is long, and would make a table without one deep.
  `CREATE TABLE AccessRecords (
     RecordId TEXT NOT NULL,
     Stream TEXT NOT NULL,
     Version INTEGER NOT NULL,
     At TEXT NOT NULL,
     Actor TEXT NOT NULL,
     Name TEXT NOT NULL,
     Kind TEXT NOT NULL,
     Roles TEXT NOT NULL,
     OfCompliance INTEGER NOT NULL,
     Action TEXT NOT NULL,
     Purpose TEXT,
     Reason TEXT,
     RequestId TEXT,
     Address TEXT,
     Calls TEXT NOT NULL,
     Members TEXT NOT NULL,
     Fields TEXT NOT NULL,
     CoversMs INTEGER,
     Refused INTEGER
   ) STRICT;
   CREATE UNIQUE INDEX AccessRecords_RecordId ON AccessRecords (RecordId);
   CREATE UNIQUE INDEX AccessRecords_Stream_Version ON AccessRecords (Stream, Version);
   CREATE INDEX AccessRecords_Name_RecordId ON AccessRecords (Name, RecordId);
   CREATE INDEX AccessRecords_OfCompliance ON AccessRecords (RecordId) WHERE OfCompliance = 1;
   CREATE TABLE AccessSubjects (
     Subject TEXT NOT NULL,
     RecordId TEXT NOT NULL,
     PRIMARY KEY (Subject, RecordId)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE AccessStreams (Stream TEXT NOT NULL PRIMARY KEY, Version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE AccessCaughtUp (At TEXT NOT NULL) STRICT;`,
];
