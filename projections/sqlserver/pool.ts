import type { Members } from '../../src/domain/member/members.ts';
import type { AccessStore } from '../access.ts';
import type { ErrorFamily, ReadStore } from '../ports.ts';
import {
  connectionConfig,
  DEFAULT_RETRY,
  type MembersTable,
  type SqlServerAccess,
  type SqlServerOptions,
} from './access.ts';
import { sqlServerAccessStore } from './access-records/store.ts';
import { check, type SqlServerCheck } from './check.ts';
import { connections, type SqlServerConnections, type SqlServerDb, sqlServerDb } from './driver.ts';
import { sqlServerMembers } from './members.ts';
import { type MigrationReport, migrate } from './migrate.ts';
import { migrations } from './migrations.ts';
import { tableNames } from './names.ts';
import { sqlServerReadStore } from './read-store.ts';
import { migrationScript } from './script.ts';

/** Read models and members in one SQL Server database, over one pool of connections. */
export type SqlServer = {
  /** Its `close`, as those of `members` and `access`, does nothing: they share the connections. */
  readonly readStore: ReadStore;
  readonly members: Members;
  readonly access: AccessStore;
  /**
   * Brings the tables up to date; needs the right to change them.
   * @throws ReadStoreError
   */
  migrate(): Promise<MigrationReport>;
  /** What `migrate` does, as one T-SQL script that may be run again; with the roles and their rights, which it does not make. */
  script(): string;
  /**
   * Asks the database what it is, which migrations it has had and whether this login may write.
   * @throws ReadStoreError UNAVAILABLE
   */
  check(): Promise<SqlServerCheck>;
  close(): Promise<void>;
};

const DEFAULT_MEMBERS: MembersTable = {
  table: 'Members',
  memberId: 'MemberId',
  phoneNumber: 'PhoneNumber',
  name: 'Name',
  timeZone: 'TimeZone',
};

/**
 * Takes note of where the database is; the first statement connects. So a server starts, and records calls, while its
 * database is away.
 * @throws Error when the connection string or a name cannot be read.
 */
export function openSqlServer(access: SqlServerAccess, options: SqlServerOptions): SqlServer {
  return sqlServerOver(connections(connectionConfig(access, options)), options);
}

/** The same over connections that others may use as well. */
export function sqlServerOver(pool: SqlServerConnections, options: SqlServerOptions): SqlServer {
  const { clock, retry = DEFAULT_RETRY, onBatch } = options;
  const database = (codes: ErrorFamily) => sqlServerDb({ pool, codes, clock, retry, onBatch });
  return sqlServerOn(database, options, () => pool.close());
}

/** The same on whatever takes its batches. */
export function sqlServerOn(
  database: (codes: ErrorFamily) => SqlServerDb,
  options: SqlServerOptions,
  close: () => Promise<void>,
): SqlServer {
  const { schema, olderSchema = schema, members = DEFAULT_MEMBERS } = options;
  const { membersIndex = false, membersCreate = false } = options;
  const db = database('READ_STORE');
  const tables = tableNames(schema, olderSchema);
  const choice = { tables, members, membersIndex, membersCreate };
  const known = migrations(choice);
  return {
    readStore: sqlServerReadStore(db, tables),
    members: sqlServerMembers(database('MEMBERS'), members, tables.lockScope, membersCreate),
    access: sqlServerAccessStore(db, tables),
    migrate: () => migrate(db, tables, known),
    script: () => migrationScript(choice),
    check: () => check(db, tables, known),
    close,
  };
}
