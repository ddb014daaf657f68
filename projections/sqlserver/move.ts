import { remakeTrigger } from './counted.ts';
import { takeInto } from './locks.ts';
import { quoteName, quoteTable, quoteText, type TableNames } from './names.ts';

/** The id under which the new schema remembers it. */
export const movedFrom = (older: string): string => `moved from ${older}`;

/**
 * The id that the old schema's list of migrations ends with. It sorts as one of a later release, so an old release refuses to
 * migrate instead of making its tables again.
 */
export const movedTo = (schema: string): string => `${MOVED_TO} ${schema}`;
export const MOVED_TO = '999 moved to schema';

/** What releases have made that knew no schema of their own. Whatever comes later is made where it belongs. */
const MOVED = [
  'CallSessions',
  'CallResponses',
  'CallSessions_new',
  'CallResponses_new',
  'CallSessions_touched',
  'CallSessions_differing',
  'Rebuilds',
  'PublishedNotices',
  'AccessRecords',
  'AccessSubjects',
  'AccessStreams',
  'AccessCaughtUp',
  'CallKinds',
  'CallCounts',
  'CallHours',
];

/** The list of migrations of older releases. */
export function olderMigrations({ older }: TableNames): string {
  return quoteTable({ schema: older, table: 'CallistraMigrations' });
}

/** `allowed` is 1 when this login may move every table of an older release. */
export function mayMove({ older }: TableNames): string {
  const names = MOVED.map((table) => `(${quoteText(quoteTable({ schema: older, table }))})`);
  return `SELECT MIN(COALESCE(HAS_PERMS_BY_NAME(V.Name, 'OBJECT', 'CONTROL'), 0)) AS allowed
FROM (VALUES ${names.join(', ')}) V (Name) WHERE OBJECT_ID(V.Name, 'U') IS NOT NULL`;
}

/**
 * Moves the tables of an older release, whose rows stay where they are on disk; within a transaction, where `@lock` is
 * declared. Servers of that release go on beside ours: synonyms lead them to the rows, their list of migrations stays, and
 * the locks have the same names.
 */
export function moveTables(tables: TableNames, waitMs: number): string {
  const { schema, older, migrations } = tables;
  const moves = MOVED.map((table) => {
    const from = quoteTable({ schema: older, table });
    return `IF OBJECT_ID(${quoteText(from)}, 'U') IS NOT NULL
BEGIN
  ALTER SCHEMA ${quoteName(schema)} TRANSFER OBJECT::${from};
  CREATE SYNONYM ${from} FOR ${quoteTable({ schema, table })};
END;`;
  });
  // Whoever writes has these locks: without them it could wait for a table that has moved, and hold one that has not.
  return `${takeInto(tables.lockScope, ['rebuild', 'rows', 'notices', 'access'], waitMs)}
INSERT INTO ${migrations} (Id, AppliedAt) SELECT Id, AppliedAt FROM ${olderMigrations(tables)};
${moves.join('\n')}
${remakeTrigger(tables)}
INSERT INTO ${migrations} (Id, AppliedAt) VALUES (${quoteText(movedFrom(older))}, SYSUTCDATETIME());
INSERT INTO ${olderMigrations(tables)} (Id, AppliedAt) VALUES (${quoteText(movedTo(schema))}, SYSUTCDATETIME());`;
}
