import { randomUUID } from 'node:crypto';
import { suite } from 'uvu';
import { connectionConfig, type SqlServerOptions } from '../../../projections/sqlserver/access.ts';
import { connections, type SqlServerConnections } from '../../../projections/sqlserver/driver.ts';
import { openSqlServer, type SqlServer, sqlServerOver } from '../../../projections/sqlserver/pool.ts';
import { roleNames } from '../../../projections/sqlserver/rights.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { listener } from './batches/heard.ts';

/** Where the suites for SQL Server run: Azure SQL, SQL Server or Babelfish; without it they are skipped. */
export const connectionString = process.env['TEST_SQL_CONNECTION_STRING'] ?? '';

/** Who may do no more than a server, and than whoever imports members; without them the first login does all. */
const LIMITED = {
  server: process.env['TEST_SQL_SERVER_CONNECTION_STRING'] ?? '',
  members: process.env['TEST_SQL_MEMBERS_CONNECTION_STRING'] ?? '',
};

/** Whether the logins have the rights of their roles only. */
export const isLimited = LIMITED.server !== '' && LIMITED.members !== '';

/** One test that is counted as skipped and says how to run the suites. */
export function skipSqlServer(name: string, settings = 'TEST_SQL_CONNECTION_STRING'): void {
  const test = suite(name);
  const how = `(needs a database: ${settings}="Server=…;Database=…;User Id=…;Password=…" npm test)`;
  test.skip(how, () => undefined);
  test.run();
}

type Login = keyof typeof LIMITED;

export type TestDatabase = {
  readonly schema: string;
  /** The members' table, quoted; it is in dbo, as that of a plan. */
  readonly members: string;
  /** Opens it over connections that all tests share: one costs a third of a second. */
  open(options?: Partial<SqlServerOptions>): SqlServer;
  /** Opens it as another process would. */
  openAlone(connectionString: string, options?: Partial<SqlServerOptions>): SqlServer;
  /** Makes the tables, and the roles if the logins are limited to them. */
  make(): Promise<void>;
  /** Opens what has been made as a login that has nothing but its role. */
  openAs(login: Login): SqlServer;
  /** Runs a statement as somebody who may do everything, or as one of the limited logins. */
  run(text: string, login?: Login): Promise<Record<string, unknown>[]>;
  cleanup(): Promise<void>;
};

/** A schema of its own for one test. Whatever the adapters send is held against the list of every batch. */
export function testDatabase(): TestDatabase {
  const schema = `t_${randomUUID().replaceAll('-', '').slice(0, 20)}`;
  const table = `[dbo].[Members ${schema}]`;
  const members = {
    table,
    memberId: 'MemberId',
    phoneNumber: 'PhoneNumber',
    name: 'Name',
    timeZone: 'TimeZone',
  };
  const pool = share(connectionString);
  const limited = isLimited ? { server: share(LIMITED.server), members: share(LIMITED.members) } : null;
  const alone: SqlServer[] = [];
  const heard = listener();
  const settings = (options: Partial<SqlServerOptions>) =>
    heard.on({ clock: systemClock, schema, membersCreate: true, members, ...options });
  let hasRoles = false;
  const open = (options: Partial<SqlServerOptions> = {}): SqlServer => {
    const server = sqlServerOver(pool, settings(options));
    const script = (): string => {
      hasRoles = true;
      return server.script();
    };
    return { ...server, script };
  };
  const as = (login: Login) => limited?.[login] ?? pool;
  return {
    schema,
    members: table,
    open,
    openAlone(text, options = {}) {
      const server = openSqlServer({ connectionString: text }, settings(options));
      alone.push(server);
      return server;
    },
    async make() {
      if (!limited) return void (await open().migrate());
      await runOn(pool, open().script());
      for (const login of ['server', 'members'] as const) {
        const [user] = await runOn(limited[login], 'SELECT USER_NAME() AS name');
        await runOn(pool, `ALTER ROLE [${roleNames(schema)[login]}] ADD MEMBER [${user?.['name']}]`);
      }
    },
    openAs: (login) => sqlServerOver(as(login), settings({})),
    run: (text, login) => runOn(login ? as(login) : pool, text),
    async cleanup() {
      for (const server of alone) await server.close();
      await drop(pool, schema, table);
      if (hasRoles) await dropRoles(pool, schema);
      for (const text of [connectionString, ...(limited ? Object.values(LIMITED) : [])]) release(text);
      const unlisted = await heard.unlisted();
      if (unlisted.length > 0) throw new Error(`not on the list of every batch:\n${unlisted.join('\n---\n')}`);
    },
  };
}

const LINGER_MS = 500;
const shared = new Map<
  string,
  { readonly pool: SqlServerConnections; users: number; closing: NodeJS.Timeout | null }
>();

function share(text: string): SqlServerConnections {
  const known = shared.get(text) ?? {
    pool: connections(connectionConfig({ connectionString: text }, { clock: systemClock })),
    users: 0,
    closing: null,
  };
  shared.set(text, known);
  if (known.closing) clearTimeout(known.closing);
  known.users += 1;
  return known.pool;
}

/** Open connections would keep the process from ending. */
function release(text: string): void {
  const mine = shared.get(text);
  if (!mine) return;
  mine.users -= 1;
  if (mine.users > 0) return;
  mine.closing = setTimeout(() => {
    shared.delete(text);
    void mine.pool.close();
  }, LINGER_MS);
}

async function runOn(connections: SqlServerConnections, text: string): Promise<Record<string, unknown>[]> {
  const pool = await connections.get();
  return (await pool.request().query(text)).recordset ?? [];
}

async function drop(pool: SqlServerConnections, schema: string, members: string): Promise<void> {
  const tables = await runOn(
    pool,
    `SELECT TABLE_NAME AS name FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = N'${schema}' ORDER BY TABLE_NAME`,
  );
  // CallResponses comes before CallSessions, to which it refers.
  const drops = tables.map(({ name }) => `DROP TABLE [${schema}].[${name}];`);
  await runOn(
    pool,
    `${drops.join('\n')} IF SCHEMA_ID(N'${schema}') IS NOT NULL DROP SCHEMA [${schema}]; DROP TABLE IF EXISTS ${members};`,
  );
}

async function dropRoles(pool: SqlServerConnections, schema: string): Promise<void> {
  for (const role of Object.values(roleNames(schema))) {
    const members = await runOn(
      pool,
      `SELECT USER_NAME(member_principal_id) AS name FROM sys.database_role_members
       WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N'${role}')`,
    );
    const leave = members.map(({ name }) => `ALTER ROLE [${role}] DROP MEMBER [${name}];`);
    await runOn(pool, `${leave.join('\n')} DROP ROLE IF EXISTS [${role}];`);
  }
}

export type Failed = { readonly code?: string; readonly message: string };

/** The error of some work. */
export async function failure(work: () => Promise<unknown>): Promise<Failed> {
  return work().then(
    () => ({ message: 'it did not fail' }),
    (error: Failed) => error,
  );
}
