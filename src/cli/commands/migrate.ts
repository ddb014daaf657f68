import { openLog, openSql, type StoreConfig } from '../../composition/stores.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

/** Brings the stores of Azure up to date, so that a server need not have the right to do so. May be run again. */
export async function migrate(stores: StoreConfig, options: { json: boolean }, output: Output): Promise<ExitCode> {
  const made = await makeTables(stores);
  const applied = stores.sql ? await migrateSql(stores.sql) : null;
  if (options.json) output.json({ tables: made, applied });
  else {
    if (!stores.tables && !stores.sql) output.line('files bring themselves up to date when a server opens them');
    if (stores.tables)
      output.line(made ? 'tables are there' : 'tables are made by infra/bicep: this identity may not make any');
    if (applied) output.line(applied.length > 0 ? `applied: ${applied.join(', ')}` : 'the database was up to date');
  }
  return EXIT.ok;
}

/** Opening makes them, for whoever has a connection string. */
async function makeTables(stores: StoreConfig): Promise<boolean> {
  if (!stores.tables || !('connectionString' in stores.tables.access)) return false;
  const log = await openLog(stores);
  await log.close();
  return true;
}

async function migrateSql(sql: NonNullable<StoreConfig['sql']>): Promise<readonly string[]> {
  const sqlServer = await openSql(sql);
  try {
    return (await sqlServer.migrate()).applied;
  } finally {
    await sqlServer.close();
  }
}
