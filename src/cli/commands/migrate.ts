import type { Clock } from '../../base/clock.ts';
import type { CodedError } from '../../base/coded-error.ts';
import { untilAwake } from '../../composition/awake.ts';
import { openPlaces } from '../../composition/parts.ts';
import { openLog, openSql, type StoreConfig } from '../../composition/stores.ts';
import { systemClock } from '../../composition/system-clock.ts';
import { ConfigError } from '../../config/values.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

type MigrateOptions = { readonly json: boolean; readonly script: boolean };

/**
 * Brings the stores of Azure up to date, so that a server need not have the right to do so. May be run again. A database
 * that is paused is waited for, three minutes at most.
 * @throws ConfigError when the script is asked for and no setting names a database
 */
export async function migrate(
  stores: StoreConfig,
  options: MigrateOptions,
  output: Output,
  clock: Clock = systemClock,
): Promise<ExitCode> {
  if (options.script) return printScript(stores, output);
  const made = await makeTables(stores, clock);
  const applied = stores.sql ? await migrateSql(stores.sql, output, clock) : null;
  if (options.json) output.json({ tables: made, applied });
  else {
    if (!stores.tables && !stores.sql) output.line('files bring themselves up to date when a server opens them');
    if (stores.tables)
      output.line(made ? 'tables are there' : 'tables are made by infra/bicep: this identity may not make any');
    if (applied) output.line(applied.length > 0 ? `applied: ${applied.join(', ')}` : 'the database was up to date');
  }
  return EXIT.ok;
}

async function printScript({ sql }: StoreConfig, output: Output): Promise<ExitCode> {
  if (!sql) throw new ConfigError(['migrate --script: missing: SQL_CONNECTION_STRING or SQL_SERVER and SQL_DATABASE']);
  const sqlServer = await openSql(sql);
  output.line(sqlServer.script().trimEnd());
  await sqlServer.close();
  return EXIT.ok;
}

/** Opening makes them, for whoever has a connection string. */
async function makeTables(stores: StoreConfig, clock: Clock): Promise<boolean> {
  if (!stores.tables || !('connectionString' in stores.tables.access)) return false;
  const log = await openLog(stores);
  await log.close();
  const places = await openPlaces(stores, clock);
  const answer = await places.read('');
  await places.close();
  return answer === 'absent' || 'row' in answer;
}

async function migrateSql(
  sql: NonNullable<StoreConfig['sql']>,
  output: Output,
  clock: Clock,
): Promise<readonly string[]> {
  const sqlServer = await openSql(sql, clock);
  let isTold = false;
  const ask = async (): Promise<void> => {
    try {
      await sqlServer.check();
    } catch (error) {
      const { code, message } = error as Partial<CodedError<string>>;
      if (!isTold && code === 'READ_STORE_UNAVAILABLE')
        output.note(`${message}; it may be waking up, and is asked for three minutes`);
      isTold = true;
      throw error;
    }
  };
  try {
    await untilAwake(ask, clock);
    return (await sqlServer.migrate()).applied;
  } finally {
    await sqlServer.close();
  }
}
