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
import { connections, type SqlServerConnections, sqlServerDb } from './driver.ts';
import { sqlServerMembers } from './members.ts';
import { type MigrationReport, migrate } from './migrate.ts';
import { migrations } from './migrations.ts';
import { tableNames } from './names.ts';
import { sqlServerReadStore } from './read-store.ts';

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
  const { clock, schema = 'dbo', members = DEFAULT_MEMBERS, retry = DEFAULT_RETRY, onBatch } = options;
  const { membersIndex = false, membersCreate = false } = options;
  const database = (codes: ErrorFamily) => sqlServerDb({ pool, codes, clock, retry, onBatch });
  const db = database('READ_STORE');
  const tables = tableNames(schema);
  const known = migrations({ tables, members, membersIndex, membersCreate });
  return {
    readStore: sqlServerReadStore(db, tables),
    members: sqlServerMembers(database('MEMBERS'), members, schema),
    access: sqlServerAccessStore(db, tables),
    migrate: () => migrate(db, tables, known),
    check: () => check(db, tables, known),
    close: () => pool.close(),
  };
}
