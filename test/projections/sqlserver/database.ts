import { randomBytes } from 'node:crypto';
import sql from 'mssql';
import { connectionConfig } from '../../../projections/sqlserver/access.ts';
import { hastyClock } from '../../support/hasty-clock.ts';

/** A database of its own on somebody's server, for servers that share it. */
export type OwnDatabase = {
  readonly connectionString: string;
  /** Nobody may be connected any more. */
  drop(): Promise<void>;
};

/** @param connectionString of a login that may create databases */
export async function createDatabase(connectionString: string): Promise<OwnDatabase> {
  const name = `callistra_${randomBytes(5).toString('hex')}`;
  await run(connectionString, `CREATE DATABASE ${name}`);
  const others = connectionString
    .split(';')
    .filter((part) => part.trim() !== '' && !/^\s*(database|initial catalog)\s*=/i.test(part));
  return {
    connectionString: [...others, `Database=${name}`].join(';'),
    drop: () => run(connectionString, `DROP DATABASE ${name}`),
  };
}

async function run(connectionString: string, statement: string): Promise<void> {
  const config = connectionConfig({ connectionString }, { clock: hastyClock() });
  const pool = await new sql.ConnectionPool({ ...config, database: 'master' }).connect();
  await pool.request().batch(statement);
  await pool.close();
}
