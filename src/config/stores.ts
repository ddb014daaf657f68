import { isWholeGroup, type Reading, readEndpoint, readSwitch, refuseBoth } from './values.ts';

/** Without a secret: the server proves who it is with its managed identity. */
export type StorageAccess = { readonly connectionString: string } | { readonly endpoint: string };

/** A storage account's tables or queues; `prefix` begins their names. */
export type StorageConfig = { readonly access: StorageAccess; readonly prefix: string };

export type SqlConfig = {
  readonly access: { readonly connectionString: string } | { readonly server: string; readonly database: string };
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
  if (connectionString !== null) return { access: { connectionString }, prefix };
  return endpoint === null ? null : { access: { endpoint }, prefix };
}

/** The read models and members in SQL Server; null: files. */
export function readSql(reading: Reading): SqlConfig | null {
  const { value, problems } = reading;
  refuseBoth(reading, 'SQL_CONNECTION_STRING', 'SQL_SERVER');
  const connectionString = value('SQL_CONNECTION_STRING');
  const hasServer = isWholeGroup(reading, 'SQL', ['SQL_SERVER', 'SQL_DATABASE']);
  const members = readMembers(reading);
  if (connectionString === null && !hasServer) {
    const orphans = MEMBERS_SETTINGS.filter((name) => value(name) !== null);
    if (orphans.length > 0)
      problems.push(`${orphans.join(', ')}: only for members in SQL; missing: SQL_CONNECTION_STRING or SQL_SERVER`);
    return null;
  }
  return {
    access:
      connectionString === null
        ? { server: value('SQL_SERVER')!, database: value('SQL_DATABASE')! }
        : { connectionString },
    members,
    membersIndex: readSwitch(reading, 'MEMBERS_INDEX', false),
    membersCreate: readSwitch(reading, 'MEMBERS_CREATE', false),
    migrate: readSwitch(reading, 'SQL_MIGRATE', true),
  };
}

const MEMBERS_SETTINGS = [
  'MEMBERS_TABLE',
  'MEMBERS_ID_COLUMN',
  'MEMBERS_PHONE_COLUMN',
  'MEMBERS_NAME_COLUMN',
  'MEMBERS_TIME_ZONE_COLUMN',
  'MEMBERS_INDEX',
  'MEMBERS_CREATE',
];

function readMembers({ value }: Reading): MembersTable {
  return {
    table: value('MEMBERS_TABLE') ?? 'Members',
    memberId: value('MEMBERS_ID_COLUMN') ?? 'MemberId',
    phoneNumber: value('MEMBERS_PHONE_COLUMN') ?? 'PhoneNumber',
    name: value('MEMBERS_NAME_COLUMN'),
    timeZone: value('MEMBERS_TIME_ZONE_COLUMN'),
  };
}
