import { openSql } from '../../../src/composition/stores.ts';
import type { Config } from '../../../src/config/config.ts';

/** As an operator does before a first start: the server itself brings a database up to date beside its work. */
export async function migrated({ sql }: Config): Promise<void> {
  const sqlServer = sql && (await openSql(sql));
  await sqlServer?.migrate();
  await sqlServer?.close();
}
