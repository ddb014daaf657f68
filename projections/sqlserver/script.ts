import { takeInto } from './locks.ts';
import { makeList, WAIT_MS } from './migrate.ts';
import { type Migration, type MigrationChoice, migrations, NUMBERED } from './migrations.ts';
import { MOVED_TO, moveTables, olderMigrations } from './move.ts';
import { parseTable, quoteName, quoteTable, quoteText, type TableNames } from './names.ts';
import { grants, makeRoles, roleNames } from './rights.ts';

const NEWER = 50_020;
const NO_MEMBERS = 50_021;

/**
 * All that `migrate` does to a database and the roles with their rights, as one batch of T-SQL for SQL Server and Azure SQL.
 * Whole or not at all, and may be run again: each part looks whether it is there.
 */
export function migrationScript(choice: MigrationChoice): string {
  const { tables } = choice;
  const { schema } = tables;
  const known = migrations(choice);
  // Not dbo's: through a chain of one owner its tables' triggers could reach into those of the plan.
  const makeSchema = `CREATE SCHEMA ${quoteName(schema)} AUTHORIZATION ${quoteName(roleNames(schema).migrations)}`;
  return `${head(tables)}
SET NOCOUNT ON;
SET XACT_ABORT ON;
${membersAreThere(choice)}BEGIN TRANSACTION;

-- One at a time, beside servers that migrate as they start.
DECLARE @lock INT;
${takeInto(tables.lockScope, ['migrations'], WAIT_MS)}

-- The roles, the schema, and the list of what this database has had.
${makeRoles(schema).join('\n')}
IF SCHEMA_ID(${quoteText(schema)}) IS NULL EXEC(${quoteText(makeSchema)});
${list(tables, known)}
${refuseNewer(tables.migrations, known)}

${known.map((migration) => once(tables, migration)).join('\n\n')}

-- What each role may do.
${grants(choice).join('\n')}

COMMIT TRANSACTION;

${SNAPSHOT}
`;
}

function head({ schema }: TableNames): string {
  const roles = roleNames(schema);
  return `-- Callistra's read models in the schema ${quoteName(schema)}. For SQL Server 2019 and later and for Azure SQL.
-- Run it in the database, as its owner or an administrator. It makes everything or nothing, and may be run again.
--
-- Then give users their role, and nothing else:
--   the server:             ALTER ROLE ${quoteName(roles.server)} ADD MEMBER [...];
--   who imports members:    ALTER ROLE ${quoteName(roles.members)} ADD MEMBER [...];
--   who runs "migrate":     ALTER ROLE ${quoteName(roles.migrations)} ADD MEMBER [...];`;
}

/** Rights on a table that is not there cannot be given. */
function membersAreThere({ members, membersCreate }: MigrationChoice): string {
  if (membersCreate) return '';
  const table = quoteText(quoteTable(parseTable(members.table)));
  const message = "'The table of the members is not there: name it in MEMBERS_TABLE, and print this script again.'";
  return `IF OBJECT_ID(${table}) IS NULL THROW ${NO_MEMBERS}, ${message}, 1;\n`;
}

/**
 * The list of migrations; where it is not there yet, tables of an older release are moved. Two conditions one in the other:
 * a table that is not there is an error also in the half of an AND that does not matter.
 */
function list(tables: TableNames, known: readonly Migration[]): string {
  const { schema, older, migrations: ours } = tables;
  const theirs = olderMigrations(tables);
  const move = `
  -- The tables of an older release, moved as they are. Servers of that release go on over the synonyms.
  IF OBJECT_ID(${quoteText(theirs)}, 'U') IS NOT NULL
  BEGIN
    IF NOT EXISTS (SELECT 1 FROM ${theirs} WHERE Id LIKE ${quoteText(`${MOVED_TO}%`)})
    BEGIN
${indented(`${refuseNewer(theirs, known)}\n${moveTables(tables, WAIT_MS)}`, 6)}
    END;
  END;`;
  return `IF OBJECT_ID(${quoteText(ours)}, 'U') IS NULL
BEGIN
  ${makeList(ours)};${older === schema ? '' : move}
END;`;
}

function refuseNewer(listed: string, known: readonly Migration[]): string {
  const latest = known.filter(({ id }) => NUMBERED.test(id)).at(-1)?.id ?? '';
  return `IF EXISTS (SELECT 1 FROM ${listed} WHERE Id LIKE N'[0-9][0-9][0-9] %' AND LEFT(Id, 3) > ${quoteText(latest.slice(0, 3))})
  THROW ${NEWER}, 'This database has had migrations of a later release, or its tables have been moved to another schema.', 1;`;
}

function once({ migrations: listed }: TableNames, { id, statements }: Migration): string {
  const remember = `INSERT INTO ${listed} (Id, AppliedAt) VALUES (${quoteText(id)}, SYSUTCDATETIME())`;
  return `IF NOT EXISTS (SELECT 1 FROM ${listed} WHERE Id = ${quoteText(id)})
BEGIN
${indented([...statements, remember].map((statement) => `${statement};`).join('\n'), 2)}
END;`;
}

function indented(text: string, columns: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(columns));
}

// Azure SQL has it on from the start. It cannot be set in a transaction, nor while others are connected.
const SNAPSHOT = `-- Readers need not wait for writers.
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = DB_NAME() AND is_read_committed_snapshot_on = 0)
BEGIN
  BEGIN TRY
    EXEC(N'ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH NO_WAIT');
  END TRY
  BEGIN CATCH
    PRINT N'READ_COMMITTED_SNAPSHOT is off. Set it when nobody else is connected: readers wait for writers until then.';
  END CATCH;
END;`;
