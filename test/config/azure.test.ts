import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/values.ts';

const KEY = { CALLBACK_SECRET_KEY: 'a-key-of-at-least-thirty-two-bytes!' };
const TABLES = { ...KEY, TABLES_ENDPOINT: 'https://plan.table.core.windows.net' };
const QUEUE = { ...TABLES, QUEUE_ENDPOINT: 'https://plan.queue.core.windows.net' };
const TENANT = '11111111-1111-4111-8111-111111111111';
const ACCOUNT = 'DefaultEndpointsProtocol=https;AccountName=plan;AccountKey=c2VjcmV0';
const DATABASE = 'Server=localhost;Database=callistra';
const APP = '22222222-2222-4222-8222-222222222222';

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('endpoints without secrets are taken for the managed identity, connection strings for development', () => {
  const azure = readConfig({ ...QUEUE, SQL_SERVER: 'plan.database.windows.net', SQL_DATABASE: 'callistra' });
  assert.equal(azure.tables, { access: { endpoint: 'https://plan.table.core.windows.net/' }, prefix: 'Callistra' });
  assert.equal(azure.queue, { access: { endpoint: 'https://plan.queue.core.windows.net/' }, prefix: 'callistra' });
  assert.equal(azure.sql?.access, { server: 'plan.database.windows.net', database: 'callistra' });
  const local = readConfig({
    ...KEY,
    TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true',
    QUEUE_CONNECTION_STRING: ACCOUNT,
    SQL_CONNECTION_STRING: DATABASE,
  });
  assert.equal(
    [local.tables?.access, local.queue?.access, local.sql?.access],
    [{ connectionString: 'UseDevelopmentStorage=true' }, { connectionString: ACCOUNT }, { connectionString: DATABASE }],
  );
});

test('ACS can be reached with the managed identity too, over TLS only', () => {
  const acs = {
    ACS_ENDPOINT: 'https://plan.communication.azure.com/',
    ACS_RESOURCE_ID: APP,
    ACS_CALLER_ID: '+15550100000',
    COGNITIVE_SERVICES_ENDPOINT: 'https://plan.cognitiveservices.azure.com/',
    PUBLIC_BASE_URL: 'https://calls.example.org',
  };
  assert.equal(readConfig(acs).acs?.access, { endpoint: 'https://plan.communication.azure.com/' });
  assert.match(problemsOf({ ...acs, ACS_ENDPOINT: 'http://plan.example' }).join(), /^ACS_ENDPOINT: .*https/);
});

test('members stand in the table and the columns that the settings name', () => {
  const { sql } = readConfig({
    SQL_CONNECTION_STRING: DATABASE,
    MEMBERS_TABLE: 'plan.Person',
    MEMBERS_ID_COLUMN: 'Id',
    MEMBERS_PHONE_COLUMN: 'Phone',
    MEMBERS_INDEX: 'true',
    SQL_MIGRATE: 'FALSE',
  });
  assert.equal(sql?.members, {
    table: 'plan.Person',
    memberId: 'Id',
    phoneNumber: 'Phone',
    name: null,
    timeZone: null,
  });
  assert.equal([sql?.membersIndex, sql?.membersCreate, sql?.migrate], [true, false, false]);
});

test('the read models are in a schema of their own, and never in that of the members', () => {
  const schemaOf = (env: Record<string, string>) =>
    readConfig({ SQL_SERVER: 'plan.database.windows.net', SQL_DATABASE: 'calls', ...env }).sql?.schema;
  assert.is(schemaOf({}), 'callistra');
  assert.is(schemaOf({ SQL_SCHEMA: 'calls_2' }), 'calls_2');
  assert.is(schemaOf({ SQL_SCHEMA: 'dbo', MEMBERS_TABLE: 'plan.Person' }), 'dbo');
  const shared: readonly Record<string, string>[] = [
    { SQL_SCHEMA: 'dbo' },
    { SQL_SCHEMA: 'DBO', MEMBERS_TABLE: 'Person' },
    { SQL_SCHEMA: 'Plan', MEMBERS_TABLE: 'plan.Person' },
    { SQL_SCHEMA: 'plan', MEMBERS_TABLE: ' [Plan] . [Person]' },
    { MEMBERS_TABLE: 'callistra.Members' },
  ];
  for (const env of shared) {
    assert.match(
      problemsOf({ SQL_SERVER: 'plan.database.windows.net', SQL_DATABASE: 'calls', ...env }).join(),
      /^MEMBERS_TABLE: .*another schema/,
    );
  }
});

for (const name of ['two words', 'a.b', '[calls]', '1st', "o'clock", 'sys', 'INFORMATION_SCHEMA', 'x'.repeat(41)]) {
  test(`SQL_SCHEMA is refused where it can be no schema of ours: ${name}`, () => {
    assert.match(
      problemsOf({ SQL_SERVER: 'plan.database.windows.net', SQL_DATABASE: 'calls', SQL_SCHEMA: name }).join(),
      /^SQL_SCHEMA: /,
    );
  });
}

test('staff tokens of both versions and audiences of both forms are those of the one app registration', () => {
  const { entra } = readConfig({ ENTRA_TENANT_ID: TENANT, ENTRA_AUDIENCE: `api://${APP}` });
  assert.equal(entra?.issuers, [
    `https://login.microsoftonline.com/${TENANT}/v2.0`,
    `https://sts.windows.net/${TENANT}/`,
  ]);
  assert.equal(entra?.audiences, [`api://${APP}`, APP]);
  assert.is(entra?.jwksUri, `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`);
});

test('Event Grid deliveries are known by a token of the tenant or by a secret', () => {
  const subscriptions = { EVENT_GRID_SUBSCRIPTIONS: 'calls, recordings' };
  const byToken = readConfig({ ...subscriptions, ENTRA_TENANT_ID: TENANT, EVENT_GRID_AUDIENCE: APP });
  assert.is(byToken.eventGrid?.auth.mode, 'entra');
  assert.is(byToken.entra, null, 'which lets no staff in');
  const bySecret = readConfig({ ...subscriptions, EVENT_GRID_SECRET: 's'.repeat(32) });
  assert.equal(bySecret.eventGrid, {
    subscriptions: ['calls', 'recordings'],
    auth: { mode: 'secret', secret: 's'.repeat(32), inUrl: false },
  });
});

const HALF: readonly (readonly [env: Record<string, string>, expected: RegExp])[] = [
  [{ TABLES_ENDPOINT: TABLES.TABLES_ENDPOINT }, /^CALLBACK_SECRET_KEY: missing/],
  [{ ...KEY, QUEUE_ENDPOINT: QUEUE.QUEUE_ENDPOINT }, /missing: TABLES_CONNECTION_STRING or TABLES_ENDPOINT/],
  [{ ...TABLES, TABLES_CONNECTION_STRING: 'x' }, /^TABLES_CONNECTION_STRING and TABLES_ENDPOINT: set one/],
  [{ ...TABLES, TABLES_ENDPOINT: 'http://plan.table.core.windows.net' }, /^TABLES_ENDPOINT: must be an https/],
  [{ ...TABLES, TABLES_PREFIX: 'with-dash' }, /^TABLES_PREFIX: /],
  [{ ...QUEUE, QUEUE_PREFIX: 'Upper' }, /^QUEUE_PREFIX: /],
  [{ SQL_SERVER: 'plan.database.windows.net' }, /^SQL is set up in part; missing: SQL_DATABASE$/],
  [{ SQL_DATABASE: 'callistra' }, /^SQL is set up in part; missing: SQL_SERVER$/],
  [{ MEMBERS_TABLE: 'Person' }, /^MEMBERS_TABLE: only for SQL/],
  [{ SQL_SCHEMA: 'calls' }, /^SQL_SCHEMA: only for SQL; missing: SQL_CONNECTION_STRING or SQL_SERVER$/],
  [{ SQL_CONNECTION_STRING: DATABASE, MEMBERS_INDEX: 'yes' }, /^MEMBERS_INDEX: must be true or false/],
  [{ ENTRA_TENANT_ID: TENANT }, /^Entra ID is set up in part; missing: ENTRA_AUDIENCE$/],
  [{ ENTRA_AUDIENCE: APP }, /^Entra ID is set up in part; missing: ENTRA_TENANT_ID$/],
  [{ EVENT_GRID_SUBSCRIPTIONS: 'calls' }, /missing: EVENT_GRID_AUDIENCE or EVENT_GRID_SECRET/],
  [{ EVENT_GRID_SECRET: 's'.repeat(32) }, /missing: EVENT_GRID_SUBSCRIPTIONS$/],
  [{ EVENT_GRID_SUBSCRIPTIONS: 'calls', EVENT_GRID_SECRET: 'short' }, /^EVENT_GRID_SECRET: .*32 bytes/],
  [{ EVENT_GRID_SUBSCRIPTIONS: 'calls', EVENT_GRID_AUDIENCE: APP }, /missing: ENTRA_TENANT_ID$/],
  [{ EVENT_GRID_TOPIC_KEY: 'k' }, /missing: EVENT_GRID_TOPIC_ENDPOINT$/],
  [{ EVENT_GRID_TOPIC_ENDPOINT: 'http://127.0.0.1:9000/' }, /^EVENT_GRID_TOPIC_ENDPOINT: .*EVENT_GRID_TOPIC_KEY/],
];

for (const [env, expected] of HALF) {
  test(`${Object.keys(env).join(' + ')} alone is refused: ${expected.source}`, () => {
    const problems = problemsOf(env);
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      problems.join('\n') || 'no problem',
    );
  });
}

test('no problem repeats a secret', () => {
  const secrets = {
    EVENT_GRID_SECRET: 'hush',
    CALLBACK_SECRET_KEY: 'hush',
    EVENT_GRID_TOPIC_KEY: 'hush',
    SQL_CONNECTION_STRING: 'hush',
  };
  assert.not.match(
    problemsOf({ ...secrets, TABLES_CONNECTION_STRING: 'hush', TABLES_ENDPOINT: 'hush' }).join('\n'),
    /hush/,
  );
});

test.run();
