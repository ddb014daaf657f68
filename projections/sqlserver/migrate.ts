import { ReadStoreError } from '../ports.ts';
import type { SqlRunner, SqlServerDb } from './driver.ts';
import { take } from './locks.ts';
import { type Migration, NUMBERED } from './migrations.ts';
import { MOVED_TO, mayMove, movedFrom, moveTables, olderMigrations } from './move.ts';
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
export const WAIT_MS = 120_000;

/**
 * Brings the tables up to date, each migration in a transaction of its own; first moves those of an older release, all or
 * none. May be run again and by several at once.
 * @throws ReadStoreError NEWER when the database has had migrations that this release does not know; REFUSED when there are
 * tables to be moved and this login may not.
 */
export async function migrate(
  db: SqlServerDb,
  tables: TableNames,
  known: readonly Migration[],
): Promise<MigrationReport> {
  const isMoved = await db.transaction((run) => prepare(run, tables, known));
  const before = await applied(db, tables);
  refuseNewer(before, known);
  const done: string[] = isMoved ? [movedFrom(tables.older)] : [];
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

/** Makes the schema and its list of migrations. @returns whether it has moved the tables of an older release there. */
async function prepare(run: SqlRunner, tables: TableNames, known: readonly Migration[]): Promise<boolean> {
  const { schema, migrations } = tables;
  await lock(run, tables);
  const make = quoteText(`CREATE SCHEMA ${quoteName(schema)}`);
  await run.batch(`IF SCHEMA_ID(${quoteText(schema)}) IS NULL EXEC(${make})`);
  const hasOlder = await hasTablesToMove(run, tables, known);
  await run.batch(`IF OBJECT_ID(${quoteText(migrations)}, 'U') IS NULL ${makeList(migrations)}`);
  if (hasOlder) await run.batch(`DECLARE @lock INT;\n${moveTables(tables, WAIT_MS)}`);
  return hasOlder;
}

/** Makes the list of migrations that a database has had. */
export function makeList(migrations: string): string {
  return `CREATE TABLE ${migrations} (Id NVARCHAR(100) NOT NULL, AppliedAt DATETIME2(3) NOT NULL, PRIMARY KEY (Id))`;
}

async function hasTablesToMove(run: SqlRunner, tables: TableNames, known: readonly Migration[]): Promise<boolean> {
  if (tables.older === tables.schema) return false;
  const older = olderMigrations(tables);
  const [lists] = await run.batch(
    `SELECT OBJECT_ID(${quoteText(tables.migrations)}, 'U') AS ours, OBJECT_ID(${quoteText(older)}, 'U') AS older`,
  );
  const [list] = lists as { ours: number | null; older: number | null }[];
  if (!list || list.ours !== null || list.older === null) return false;
  const [had] = await run.batch(`SELECT Id AS id FROM ${older} ORDER BY Id`);
  const ids = (had as { id: string }[]).map(({ id }) => id);
  if (ids.some((id) => id.startsWith(MOVED_TO))) return false;
  refuseNewer(ids, known);
  const [rights] = await run.batch(mayMove(tables));
  const [right] = rights as { allowed: number | null }[];
  if (right?.allowed !== 0) return true;
  const message = `the tables of an older release are in the schema "${tables.older}", and this login may not move them to "${tables.schema}": give it CONTROL on them, or let an administrator of the database run what "callistra migrate --script" prints`;
  throw new ReadStoreError('READ_STORE_REFUSED', message);
}

async function apply(run: SqlRunner, tables: TableNames, migration: Migration): Promise<boolean> {
  const { migrations } = tables;
  await lock(run, tables);
  // Asked again inside the lock: another instance may have brought the same database up to date.
  const [found] = await run.batch(`SELECT Id FROM ${migrations} WHERE Id = @id`, { id: migration.id });
  if (found && found.length > 0) return false;
  for (const statement of migration.statements) await run.batch(statement);
  const remember = `INSERT INTO ${migrations} (Id, AppliedAt) VALUES (@id, SYSUTCDATETIME())`;
  await run.batch(remember, { id: migration.id });
  return true;
}

async function lock(run: SqlRunner, { lockScope }: TableNames): Promise<void> {
  await run.batch(`SET XACT_ABORT ON; ${take(lockScope, ['migrations'], WAIT_MS)}`);
}

function refuseNewer(found: readonly string[], known: readonly Migration[]): void {
  const numbered = (ids: readonly string[]): string[] => ids.filter((id) => NUMBERED.test(id)).sort();
  const latest = numbered(found).at(-1) ?? '';
  const ours = numbered(known.map(({ id }) => id)).at(-1) ?? '';
  if (latest <= ours) return;
  const away = latest.startsWith(MOVED_TO) ? latest.slice(MOVED_TO.length).trim() : null;
  if (away !== null) {
    const where = `the tables of the read models have been moved to the schema "${away}": name it in SQL_SCHEMA`;
    throw new ReadStoreError('READ_STORE_NEWER', where);
  }
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
