/** The tables of one schema, quoted. */
export type TableNames = ReturnType<typeof tableNames>;

// Babelfish cuts longer ones, and two could become one; SQL Server takes 128.
const LONGEST_NAME = 63;

/**
 * A name as it may stand in a statement.
 * @throws Error when no object can have that name.
 */
export function quoteName(name: string): string {
  const printable = /^[^\p{Cc}]+$/u.test(name);
  if (!printable || name.length > LONGEST_NAME) {
    throw new Error(`a name in SQL has 1 to ${LONGEST_NAME} characters and no control characters`);
  }
  return `[${name.replaceAll(']', ']]')}]`;
}

/** A text as it may stand in a statement. */
export function quoteText(text: string): string {
  return `N'${text.replaceAll("'", "''")}'`;
}

export type TableName = { readonly schema: string; readonly table: string };

/** Where a table of the plan's is that is named without a schema. */
const PLAIN_SCHEMA = 'dbo';

/**
 * Reads `Members`, `plan.Members` or `[my plan].[Members]`.
 * @throws Error when it is none of these.
 */
export function parseTable(text: string): TableName {
  const parts = [...text.trim().matchAll(/\s*(?:\[((?:[^\]]|\]\])+)\]|([^.[\]]+))\s*(\.|$)/gy)];
  const names = parts.map(([, quoted, plain]) => quoted?.replaceAll(']]', ']') ?? plain?.trim() ?? '');
  const whole = parts.map(([part]) => part).join('') === text.trim() && parts.at(-1)?.[3] === '';
  const [first, second] = names;
  if (!whole || names.length > 2 || names.includes('')) throw new Error('a table is named `table` or `schema.table`');
  if (first !== undefined && second !== undefined) return { schema: first, table: second };
  return { schema: PLAIN_SCHEMA, table: first ?? '' };
}

/** A table's name as it may stand in a statement. */
export function quoteTable({ schema, table }: TableName): string {
  return `${quoteName(schema)}.${quoteName(table)}`;
}

/**
 * Names of the read models' tables.
 * @param older the schema in which older releases have them; `migrate` moves them from there
 */
export function tableNames(schema: string, older = schema) {
  const quoted = (table: string): string => quoteTable({ schema, table });
  return {
    schema,
    older,
    /** Begins the names of the locks: as older releases name them, for they may still write the same rows. */
    lockScope: older,
    live: { sessions: quoted('CallSessions'), responses: quoted('CallResponses') },
    /** What a rebuild fills. */
    fresh: { sessions: quoted('CallSessions_new'), responses: quoted('CallResponses_new') },
    /** Calls written while a rebuild is under way. */
    touched: quoted('CallSessions_touched'),
    /** Calls that a rebuild found different. */
    differing: quoted('CallSessions_differing'),
    /** The rebuild that is under way, if any. */
    rebuilds: quoted('Rebuilds'),
    /** How many calls of each kind there are, and which ids an hour has. */
    counted: { kinds: quoted('CallKinds'), counts: quoted('CallCounts'), hours: quoted('CallHours') },
    notices: quoted('PublishedNotices'),
    /** Who looked at what. */
    access: {
      records: quoted('AccessRecords'),
      subjects: quoted('AccessSubjects'),
      streams: quoted('AccessStreams'),
      caughtUp: quoted('AccessCaughtUp'),
    },
    migrations: quoted('CallistraMigrations'),
  } as const;
}
