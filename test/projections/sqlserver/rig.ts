import { randomUUID } from 'node:crypto';
import { suite } from 'uvu';
import { connectionConfig, type SqlServerOptions } from '../../../projections/sqlserver/access.ts';
import { connections, type SqlServerConnections } from '../../../projections/sqlserver/driver.ts';
import { openSqlServer, type SqlServer, sqlServerOver } from '../../../projections/sqlserver/pool.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';

/** Where the suites for SQL Server run: Azure SQL, SQL Server or Babelfish; without it they are skipped. */
export const connectionString = process.env['TEST_SQL_CONNECTION_STRING'] ?? '';

/** One test that is counted as skipped and says how to run the suites. */
export function skipSqlServer(name: string): void {
  const test = suite(name);
  const how = '(needs a database: TEST_SQL_CONNECTION_STRING="Server=…;Database=…;User Id=…;Password=…" npm test)';
  test.skip(how, () => undefined);
  test.run();
}

export type TestDatabase = {
  readonly schema: string;
  /** Opens it over connections that all tests share: one costs a third of a second. */
  open(options?: Partial<SqlServerOptions>): SqlServer;
  /** Opens it as another process would. */
  openAlone(connectionString: string, options?: Partial<SqlServerOptions>): SqlServer;
  /** Runs a statement as somebody else. */
  run(text: string): Promise<Record<string, unknown>[]>;
  cleanup(): Promise<void>;
};

/** A schema of its own for one test. */
export function testDatabase(): TestDatabase {
  const schema = `t_${randomUUID().replaceAll('-', '').slice(0, 20)}`;
  const pool = share();
  const alone: SqlServer[] = [];
  const settings = (options: Partial<SqlServerOptions>) => ({
    clock: systemClock,
    schema,
    membersCreate: true,
    ...options,
  });
  return {
    schema,
    open: (options = {}) => sqlServerOver(pool, settings(options)),
    openAlone(text, options = {}) {
      const server = openSqlServer({ connectionString: text }, settings(options));
      alone.push(server);
      return server;
    },
    run: (text) => runOn(pool, text),
    async cleanup() {
      for (const server of alone) await server.close();
      await drop(pool, schema);
      release();
    },
  };
}

const LINGER_MS = 500;
let shared: { readonly pool: SqlServerConnections; users: number; closing: NodeJS.Timeout | null } | null = null;

function share(): SqlServerConnections {
  shared ??= {
    pool: connections(connectionConfig({ connectionString }, { clock: systemClock })),
    users: 0,
    closing: null,
  };
  if (shared.closing) clearTimeout(shared.closing);
  shared.users += 1;
  return shared.pool;
}

/** Open connections would keep the process from ending. */
function release(): void {
  const mine = shared;
  if (!mine) return;
  mine.users -= 1;
  if (mine.users > 0) return;
  mine.closing = setTimeout(() => {
    shared = null;
    void mine.pool.close();
  }, LINGER_MS);
}

async function runOn(connections: SqlServerConnections, text: string): Promise<Record<string, unknown>[]> {
  const pool = await connections.get();
  return (await pool.request().query(text)).recordset ?? [];
}

async function drop(pool: SqlServerConnections, schema: string): Promise<void> {
  const tables = await runOn(
    pool,
    `SELECT TABLE_NAME AS name FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = N'${schema}' ORDER BY TABLE_NAME`,
  );
  // CallResponses comes before CallSessions, to which it refers.
  const drops = tables.map(({ name }) => `DROP TABLE [${schema}].[${name}];`);
  await runOn(pool, `${drops.join('\n')} IF SCHEMA_ID(N'${schema}') IS NOT NULL DROP SCHEMA [${schema}];`);
}

export type Failed = { readonly code?: string; readonly message: string };

/** The error of some work. */
export async function failure(work: () => Promise<unknown>): Promise<Failed> {
  return work().then(
    () => ({ message: 'it did not fail' }),
    (error: Failed) => error,
  );
}
