import { checkSqlString, checkStorageString } from './connection-strings.ts';
import { isWholeGroup, type Reading, readEndpoint, readSwitch, refuseBoth } from './values.ts';

/** Without a secret: the server proves who it is with its managed identity. */
export type StorageAccess = { readonly connectionString: string } | { readonly endpoint: string };

/** A storage account's tables or queues; `prefix` begins their names. */
export type StorageConfig = { readonly access: StorageAccess; readonly prefix: string };

export type SqlConfig = {
  readonly access: { readonly connectionString: string } | { readonly server: string; readonly database: string };
  /** Where the tables of the read models are. */
  readonly schema: string;
  readonly members: MembersTable;
  /** Whether `migrate` adds the index that the look-up of members wants. */
  readonly membersIndex: boolean;
  /** Whether `migrate` makes the table of members when there is none. */
  readonly membersCreate: boolean;
  /** Whether a starting server brings the tables up to date. */
  readonly migrate: boolean;
};

/** The plan's own table of members: name, with a schema or without, and columns. */
export type MembersTable = {
  readonly table: string;
  readonly memberId: string;
  readonly phoneNumber: string;
  readonly name: string | null;
  readonly timeZone: string | null;
};

/** The log in Azure Tables; null: a file. Table names are letters and digits (Table service data model). */
export function readTables(reading: Reading): StorageConfig | null {
  return readStorage(reading, 'TABLES', { prefix: 'Callistra', pattern: /^[A-Za-z][A-Za-z0-9]{0,39}$/ });
}

/** The dial queue in Azure Storage queues; null: in this process. Queue names are lower case (Queue service naming). */
export function readQueue(reading: Reading): StorageConfig | null {
  const queue = readStorage(reading, 'QUEUE', { prefix: 'callistra', pattern: /^[a-z0-9](-?[a-z0-9]){0,29}$/ });
  if (queue && reading.value('TABLES_CONNECTION_STRING') === null && reading.value('TABLES_ENDPOINT') === null) {
    reading.problems.push(
      'QUEUE: instances that share a queue share the log; missing: TABLES_CONNECTION_STRING or TABLES_ENDPOINT',
    );
  }
  return queue;
}

const SERVICES = { TABLES: 'table', QUEUE: 'queue' } as const;

function readStorage(
  reading: Reading,
  group: 'TABLES' | 'QUEUE',
  names: { readonly prefix: string; readonly pattern: RegExp },
): StorageConfig | null {
  const { value, problems } = reading;
  refuseBoth(reading, `${group}_CONNECTION_STRING`, `${group}_ENDPOINT`);
  const connectionString = value(`${group}_CONNECTION_STRING`);
  const endpoint = readEndpoint(reading, `${group}_ENDPOINT`);
  const prefix = value(`${group}_PREFIX`) ?? names.prefix;
  if (!names.pattern.test(prefix))
    problems.push(`${group}_PREFIX: cannot begin a name; it must match ${names.pattern.source}`);
  if (connectionString !== null) {
    checkStorageString(reading, `${group}_CONNECTION_STRING`, SERVICES[group], connectionString);
    return { access: { connectionString }, prefix };
  }
  return endpoint === null ? null : { access: { endpoint }, prefix };
}

/** The read models and members in SQL Server; null: files. */
export function readSql(reading: Reading): SqlConfig | null {
  const { value, problems } = reading;
  refuseBoth(reading, 'SQL_CONNECTION_STRING', 'SQL_SERVER');
  const connectionString = value('SQL_CONNECTION_STRING');
  if (connectionString !== null) checkSqlString(reading, connectionString);
  const hasServer = isWholeGroup(reading, 'SQL', ['SQL_SERVER', 'SQL_DATABASE']);
  checkServer(reading);
  const members = readMembers(reading);
  const schema = readSchema(reading, members);
  if (connectionString === null && !hasServer) {
    const orphans = ONLY_IN_SQL.filter((name) => value(name) !== null);
    if (orphans.length > 0)
      problems.push(`${orphans.join(', ')}: only for SQL; missing: SQL_CONNECTION_STRING or SQL_SERVER`);
    return null;
  }
  return {
    access:
      connectionString === null
        ? { server: value('SQL_SERVER')!, database: value('SQL_DATABASE')! }
        : { connectionString },
    schema,
    members,
    membersIndex: readSwitch(reading, 'MEMBERS_INDEX', false),
    membersCreate: readSwitch(reading, 'MEMBERS_CREATE', false),
    migrate: readSwitch(reading, 'SQL_MIGRATE', true),
  };
}

/** The driver takes a name; a port or an address it would look up as one. */
function checkServer({ value, problems }: Reading): void {
  const server = value('SQL_SERVER');
  if (server !== null && !/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(server))
    problems.push('SQL_SERVER: must be the name of a host, such as plan.database.windows.net, without tcp: or a port');
}

/** Of a column; the read models' adapter takes no longer one. */
const LONGEST_NAME = 63;

const ONLY_IN_SQL = [
  'SQL_SCHEMA',
  'MEMBERS_TABLE',
  'MEMBERS_ID_COLUMN',
  'MEMBERS_PHONE_COLUMN',
  'MEMBERS_NAME_COLUMN',
  'MEMBERS_TIME_ZONE_COLUMN',
  'MEMBERS_INDEX',
  'MEMBERS_CREATE',
];

/** A plain name, short enough for the roles that are called after it. */
const SCHEMA = /^(?!(?:sys|information_schema)$)[a-z_][a-z0-9_]{0,39}$/i;

/** The read models have a schema of their own, so that whoever may write there may write nothing of the plan's. */
function readSchema({ value, problems }: Reading, { table }: MembersTable): string {
  const schema = value('SQL_SCHEMA') ?? 'callistra';
  if (!SCHEMA.test(schema)) problems.push('SQL_SCHEMA: must be a name of letters, digits and _, 40 at most');
  else if (schemaOf(table).toLowerCase() === schema.toLowerCase()) {
    problems.push(`MEMBERS_TABLE: must be in another schema than the read models, which are in ${schema} (SQL_SCHEMA)`);
  }
  return schema;
}

/** A table that is named without a schema is in dbo. */
function schemaOf(table: string): string {
  const [, quoted, plain] = /^\s*(?:\[((?:[^\]]|\]\])+)\]|([^.[\]]+))\s*\./.exec(table) ?? [];
  return quoted?.replaceAll(']]', ']') ?? plain?.trim() ?? 'dbo';
}

function readMembers({ value, problems }: Reading): MembersTable {
  const columns = ONLY_IN_SQL.filter((name) => name.endsWith('_COLUMN'));
  for (const name of columns)
    if ((value(name)?.length ?? 0) > LONGEST_NAME)
      problems.push(`${name}: must have ${LONGEST_NAME} characters at most`);
  return {
    table: value('MEMBERS_TABLE') ?? 'Members',
    memberId: value('MEMBERS_ID_COLUMN') ?? 'MemberId',
    phoneNumber: value('MEMBERS_PHONE_COLUMN') ?? 'PhoneNumber',
    name: value('MEMBERS_NAME_COLUMN'),
    timeZone: value('MEMBERS_TIME_ZONE_COLUMN'),
  };
}
