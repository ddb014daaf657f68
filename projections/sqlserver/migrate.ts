import { ReadStoreError } from '../ports.ts';
import type { SqlRunner, SqlServerDb } from './driver.ts';
import { take } from './locks.ts';
import { type Migration, NUMBERED } from './migrations.ts';
import { quoteName, quoteText, type TableNames } from './names.ts';

export type MigrationReport = {
  /** Ids of the migrations that this run applied. */
  readonly applied: readonly string[];
  /** Ids of all that this release knows, for the options given. */
  readonly known: readonly string[];
  /** Whether readers are kept from waiting for writers; false when this login may not set it, or others are connected. */
  readonly readCommittedSnapshot: boolean;
};

// Longer than any migration takes: of instances that start at once one migrates and the others wait.
const WAIT_MS = 120_000;

/**
 * Brings the tables up to date, each migration in a transaction of its own. May be run again and by several at once.
 * @throws ReadStoreError NEWER when the database has had migrations that this release does not know.
 */
export async function migrate(
  db: SqlServerDb,
  tables: TableNames,
  known: readonly Migration[],
): Promise<MigrationReport> {
  await db.transaction((run) => prepare(run, tables));
  const before = await applied(db, tables);
  refuseNewer(before, known);
  const done: string[] = [];
  for (const migration of known) {
    if (before.includes(migration.id)) continue;
    if (await db.transaction((run) => apply(run, tables, migration))) done.push(migration.id);
  }
  return { applied: done, known: known.map(({ id }) => id), readCommittedSnapshot: await setSnapshot(db) };
}

/** Ids of the migrations that a database has had; none when it has never been migrated. */
export async function applied(db: SqlServerDb, { migrations }: TableNames): Promise<readonly string[]> {
  const [found] = await db.query<{ objectId: number | null }>(
    `SELECT OBJECT_ID(${quoteText(migrations)}, 'U') AS objectId`,
  );
  if ((found?.objectId ?? null) === null) return [];
  const rows = await db.query<{ id: string }>(`SELECT Id AS id FROM ${migrations} ORDER BY Id`);
  return rows.map(({ id }) => id);
}

/** Whether READ COMMITTED shows the last committed rows instead of waiting for writers. */
export async function readCommittedSnapshot(db: SqlServerDb): Promise<boolean> {
  const text = 'SELECT CAST(is_read_committed_snapshot_on AS INT) AS isOn FROM sys.databases WHERE name = DB_NAME()';
  return (await db.query<{ isOn: number }>(text))[0]?.isOn === 1;
}

async function prepare(run: SqlRunner, { schema, migrations }: TableNames): Promise<void> {
  await lock(run, schema);
  const make = quoteText(`CREATE SCHEMA ${quoteName(schema)}`);
  await run.batch(`IF SCHEMA_ID(${quoteText(schema)}) IS NULL EXEC(${make})`);
  await run.batch(`IF OBJECT_ID(${quoteText(migrations)}, 'U') IS NULL
    CREATE TABLE ${migrations} (Id NVARCHAR(100) NOT NULL, AppliedAt DATETIME2(3) NOT NULL, PRIMARY KEY (Id))`);
}

async function apply(run: SqlRunner, { schema, migrations }: TableNames, migration: Migration): Promise<boolean> {
  await lock(run, schema);
  // Asked again inside the lock: another instance may have brought the same database up to date.
  const [found] = await run.batch(`SELECT Id FROM ${migrations} WHERE Id = @id`, { id: migration.id });
  if (found && found.length > 0) return false;
  for (const statement of migration.statements) await run.batch(statement);
  const remember = `INSERT INTO ${migrations} (Id, AppliedAt) VALUES (@id, SYSUTCDATETIME())`;
  await run.batch(remember, { id: migration.id });
  return true;
}

async function lock(run: SqlRunner, schema: string): Promise<void> {
  await run.batch(`SET XACT_ABORT ON; ${take(schema, ['migrations'], WAIT_MS)}`);
}

function refuseNewer(found: readonly string[], known: readonly Migration[]): void {
  const numbered = (ids: readonly string[]): string[] => ids.filter((id) => NUMBERED.test(id)).sort();
  const latest = numbered(found).at(-1) ?? '';
  const ours = numbered(known.map(({ id }) => id)).at(-1) ?? '';
  if (latest <= ours) return;
  const message = `the database has had migration "${latest}", this release knows "${ours}": use a later release`;
  throw new ReadStoreError('READ_STORE_NEWER', message);
}

async function setSnapshot(db: SqlServerDb): Promise<boolean> {
  if (await readCommittedSnapshot(db)) return true;
  try {
    // Azure SQL has it on from the start. NO_WAIT: without it the statement waits until nobody else is connected.
    await db.batch('ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH NO_WAIT');
  } catch (error) {
    if (!(error instanceof ReadStoreError)) throw error;
  }
  return readCommittedSnapshot(db);
}
