import { ReadStoreError } from '../ports.ts';
import type { SqlServerDb } from './driver.ts';
import { applied, readCommittedSnapshot } from './migrate.ts';
import { LATEST, type Migration } from './migrations.ts';
import type { TableNames } from './names.ts';

export type SqlServerCheck = {
  /** Which server it is, as `SQL Azure 12.0.2000.8` or `Babelfish 4.3.0`. */
  readonly version: string;
  readonly migrations: { readonly applied: readonly string[]; readonly known: readonly string[] };
  /** Ids of known migrations that the database has not had. */
  readonly pending: readonly string[];
  /** Whether this login may write the read models; false as well while their tables are missing. */
  readonly canWrite: boolean;
  readonly readCommittedSnapshot: boolean;
};

/**
 * Asks the database what it is and what this login may do; changes nothing.
 * @throws ReadStoreError UNAVAILABLE
 */
export async function check(
  db: SqlServerDb,
  tables: TableNames,
  migrations: readonly Migration[],
): Promise<SqlServerCheck> {
  const version = await serverVersion(db);
  const had = await applied(db, tables);
  const known = migrations.map(({ id }) => id);
  const pending = known.filter((id) => !had.includes(id));
  return {
    version,
    migrations: { applied: had, known },
    pending,
    canWrite: had.includes(LATEST) && (await canWrite(db, tables)),
    readCommittedSnapshot: await readCommittedSnapshot(db),
  };
}

async function serverVersion(db: SqlServerDb): Promise<string> {
  const property = (name: string): string => `CAST(SERVERPROPERTY('${name}') AS NVARCHAR(128))`;
  const [found] = await db.query<{ babelfish: string | null; edition: string | null; version: string | null }>(
    `SELECT ${property('BabelfishVersion')} AS babelfish, ${property('Edition')} AS edition,
      ${property('ProductVersion')} AS version`,
  );
  if (found?.babelfish) return `Babelfish ${found.babelfish}`;
  return `${found?.edition ?? 'SQL Server'} ${found?.version ?? ''}`.trim();
}

/** Rights are checked before rows are looked for, so statements that find none show whether others would be let through. */
async function canWrite(db: SqlServerDb, tables: TableNames): Promise<boolean> {
  const probes = [tables.live.sessions, tables.live.responses, tables.fresh.sessions, tables.fresh.responses].map(
    (table) => `INSERT INTO ${table} SELECT * FROM ${table} WHERE 1 = 0;
      UPDATE ${table} SET CallSessionId = CallSessionId WHERE 1 = 0; DELETE FROM ${table} WHERE 1 = 0;`,
  );
  const notices = `UPDATE ${tables.notices} SET Version = Version WHERE 1 = 0;`;
  const counts = `UPDATE ${tables.counted.counts} SET Calls = Calls WHERE 1 = 0;`;
  const access = [tables.access.records, tables.access.subjects].map(
    (table) => `INSERT INTO ${table} SELECT * FROM ${table} WHERE 1 = 0; DELETE FROM ${table} WHERE 1 = 0;`,
  );
  try {
    await db.batch(
      `SET XACT_ABORT ON; BEGIN TRANSACTION; ${[...probes, notices, counts, ...access].join('\n')} ROLLBACK TRANSACTION;`,
    );
    return true;
  } catch (error) {
    if (error instanceof ReadStoreError && error.code !== 'READ_STORE_BUSY') return false;
    throw error;
  }
}
