import type { MembersTable } from './access.ts';
import { ACCESS_COLUMNS, SUBJECT_COLUMNS } from './access-records/columns.ts';
import { definitions, EXACT, RESPONSE_COLUMNS, SESSION_COLUMNS } from './columns.ts';
import { countTables } from './counted.ts';
import { parseTable, quoteName, quoteTable, quoteText, type TableNames } from './names.ts';

/** Applied once to a database, all of it or nothing; the database remembers the id. */
export type Migration = { readonly id: string; readonly statements: readonly string[] };

export type MigrationChoice = {
  readonly tables: TableNames;
  readonly members: MembersTable;
  readonly membersIndex: boolean;
  readonly membersCreate: boolean;
};

/** Ids of migrations that every later release knows as well. */
export const NUMBERED = /^\d{3} /;

/** The last one that the read models need. */
export const LATEST = '005 counts of calls';

/** All migrations, in the order in which they are applied. Add to the end; never change one that has been released. */
export function migrations(choice: MigrationChoice): readonly Migration[] {
  return [
    { id: '001 read models', statements: readModels(choice.tables) },
    { id: '002 rebuild', statements: rebuildTables(choice.tables) },
    { id: '003 published notices', statements: notices(choice.tables) },
    { id: '004 access records', statements: accessRecords(choice.tables) },
    { id: LATEST, statements: countTables(choice.tables) },
    // Of the plan's own table, and so by choice.
    ...(choice.membersCreate ? [{ id: 'members table', statements: [membersTable(choice)] }] : []),
    ...(choice.membersIndex ? [{ id: 'members index', statements: [membersIndex(choice)] }] : []),
  ];
}

function readModels({ live: { sessions, responses } }: TableNames): readonly string[] {
  // Every index goes on by CallSessionId: `list` wants that order, and the clustered key is in it anyway.
  const index = (column: string): string =>
    `CREATE INDEX IX_CallSessions_${column} ON ${sessions} (${column}, CallSessionId)`;
  return [
    // MemberId has no foreign key: the plan may remove a member, and the call has still been made.
    `CREATE TABLE ${sessions} (${definitions(SESSION_COLUMNS)}, PRIMARY KEY (CallSessionId))`,
    `CREATE TABLE ${responses} (${definitions(RESPONSE_COLUMNS)}, PRIMARY KEY (ResponseId),
      FOREIGN KEY (CallSessionId) REFERENCES ${sessions} (CallSessionId), UNIQUE (CallSessionId, QuestionNumber))`,
    ...['MemberId', 'CallConnectionId', 'CorrelationId', 'ServerCallKey', 'Status', 'Disposition'].map(index),
    ...['CreatedAt', 'UpdatedAt'].map(index),
  ];
}

function rebuildTables({ fresh, touched, differing, rebuilds }: TableNames): readonly string[] {
  const ids = (table: string): string =>
    `CREATE TABLE ${table} (CallSessionId NVARCHAR(64) NOT NULL, PRIMARY KEY (CallSessionId))`;
  return [
    // Made once and kept, so that a server needs no right to make tables.
    `CREATE TABLE ${fresh.sessions} (${definitions(SESSION_COLUMNS)}, PRIMARY KEY (CallSessionId))`,
    `CREATE TABLE ${fresh.responses} (${definitions(RESPONSE_COLUMNS)}, PRIMARY KEY (CallSessionId, QuestionNumber))`,
    ids(touched),
    ids(differing),
    `CREATE TABLE ${rebuilds} (Run INT IDENTITY(1,1) NOT NULL, PRIMARY KEY (Run))`,
  ];
}

function notices({ notices: table }: TableNames): readonly string[] {
  return [
    `CREATE TABLE ${table} (CallSessionId NVARCHAR(64) NOT NULL, Version INT NOT NULL, Notices NVARCHAR(MAX) NOT NULL,
      PRIMARY KEY (CallSessionId))`,
  ];
}

/** Each index has the order of the pages, newest first, so that none of them is sorted or searched through. */
function accessRecords({ access: { records, subjects, streams, caughtUp } }: TableNames): readonly string[] {
  return [
    `CREATE TABLE ${records} (${definitions(ACCESS_COLUMNS)}, PRIMARY KEY (RecordId), UNIQUE (Stream, Version))`,
    `CREATE INDEX IX_AccessRecords_Name ON ${records} (Name, RecordId)`,
    `CREATE INDEX IX_AccessRecords_OfCompliance ON ${records} (OfCompliance, RecordId)`,
    `CREATE TABLE ${subjects} (${definitions(SUBJECT_COLUMNS)}, PRIMARY KEY (Subject, RecordId))`,
    `CREATE INDEX IX_AccessSubjects_RecordId ON ${subjects} (RecordId)`,
    `CREATE TABLE ${streams} (Stream NVARCHAR(128) ${EXACT} NOT NULL, Version INT NOT NULL, PRIMARY KEY (Stream))`,
    `CREATE TABLE ${caughtUp} (Id INT NOT NULL, At DATETIME2(3) NOT NULL, PRIMARY KEY (Id))`,
  ];
}

function membersTable({ members }: MigrationChoice): string {
  const { memberId, phoneNumber, name, timeZone } = members;
  const table = quoteTable(parseTable(members.table));
  const columns = [
    `${quoteName(memberId)} NVARCHAR(128) ${EXACT} NOT NULL`,
    `${quoteName(phoneNumber)} NVARCHAR(32) NOT NULL`,
    ...(name ? [`${quoteName(name)} NVARCHAR(200) NULL`] : []),
    ...(timeZone ? [`${quoteName(timeZone)} NVARCHAR(64) NULL`] : []),
  ];
  return `IF OBJECT_ID(${quoteText(table)}, 'U') IS NULL
    CREATE TABLE ${table} (${columns.join(', ')}, PRIMARY KEY (${quoteName(memberId)}))`;
}

function membersIndex({ members }: MigrationChoice): string {
  const table = quoteTable(parseTable(members.table));
  const columns = `${quoteName(members.phoneNumber)}, ${quoteName(members.memberId)}`;
  return `CREATE INDEX IX_Callistra_PhoneNumber_MemberId ON ${table} (${columns})`;
}
