import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../src/config/config.ts';
import { SETTINGS } from '../../src/config/spelling.ts';
import { ConfigError } from '../../src/config/values.ts';

type Env = Readonly<Record<string, string>>;

const GUID = 'abcdef01-2345-4678-9abc-def012345678';
const KEY = 'k'.repeat(32);
const SECRET = 'Hush-4711';

const ACS: Env = {
  ACS_CONNECTION_STRING: 'endpoint=https://plan.communication.azure.com/;accesskey=c2VjcmV0',
  ACS_RESOURCE_ID: GUID,
  ACS_CALLER_ID: '+15550100000',
  COGNITIVE_SERVICES_ENDPOINT: 'https://plan.cognitiveservices.azure.com/',
  PUBLIC_BASE_URL: 'https://calls.example.org',
};
const ACS_BY_IDENTITY: Env = {
  ...ACS,
  ACS_CONNECTION_STRING: '',
  ACS_ENDPOINT: 'https://plan.communication.azure.com',
};
const TABLES: Env = { TABLES_ENDPOINT: 'https://plan.table.core.windows.net', CALLBACK_SECRET_KEY: KEY };
const ENTRA: Env = { ENTRA_TENANT_ID: GUID, ENTRA_AUDIENCE: GUID };
const GRID: Env = { EVENT_GRID_SUBSCRIPTIONS: 'calls', EVENT_GRID_SECRET: KEY };
const SQL: Env = { SQL_SERVER: 'plan.database.windows.net', SQL_DATABASE: 'callistra' };

/** Values with which nothing could ever work, by setting, beside others that are right. */
const IN_VAIN: Readonly<Record<string, readonly [beside: Env, ...values: string[]]>> = {
  HOST: [{}, 'http://0.0.0.0', '0.0.0.0:8080', 'two names', '::1]'],
  PORT: [{}, '80.5', '65536', 'http'],
  PUBLIC_BASE_URL: [
    {},
    'http://calls.example.org',
    'ftp://127.0.0.1',
    `https://anna:${SECRET}@calls.example.org`,
    'https://calls.example.org/?a',
  ],
  TRUSTED_HOPS: [{}, '-1', '1.5', '10', 'true', '10.0.0.0/8'],
  DISK_RESERVE: [{}, '0.5', '1 GB'],
  SHUTDOWN_SECONDS: [{}, '601', 'PT25S'],
  LOG_LEVEL: [{}, 'verbose'],
  SIMULATOR: [{}, '1', 'on'],
  ACS_CONNECTION_STRING: [
    ACS,
    SECRET,
    'https://plan.communication.azure.com/',
    `endpoint=http://plan.communication.azure.com/;accesskey=${SECRET}`,
    'endpoint=https://plan.communication.azure.com/',
  ],
  ACS_ENDPOINT: [ACS_BY_IDENTITY, 'http://plan.communication.azure.com', 'plan.communication.azure.com'],
  ACS_RESOURCE_ID: [
    ACS,
    'plan-acs',
    `{${GUID}}`,
    `"${GUID}"`,
    `/subscriptions/${GUID}/resourceGroups/g/providers/Microsoft.Communication/CommunicationServices/acs`,
  ],
  ACS_CALLER_ID: [{}, '0800 555', '15550100000'],
  ACS_TEAMS_RESOURCE_ACCOUNT: [{}, 'calls@plan.example', '28:orgid:cc123456-5678-4678-9234-ccc123456789'],
  ACS_TOKEN_ISSUER: [ACS, 'acs', 'http://issuer.example'],
  ACS_JWKS_URI: [ACS, 'http://keys.example/keys', 'keys.example'],
  COGNITIVE_SERVICES_ENDPOINT: [ACS, 'http://plan.cognitiveservices.azure.com/', 'plan'],
  CALLBACK_URL_ALLOW: [
    {},
    'http://calls.example.org',
    `https://calls.example.org?secret=${SECRET}`,
    `https://anna:${SECRET}@calls.example.org`,
    'calls.example.org',
    'https://calls.example.org,mailto:x',
  ],
  CALLBACK_SECRET_KEY: [{}, SECRET],
  CALLBACK_SECRET_KEY_BEFORE: [{ CALLBACK_SECRET_KEY: KEY }, SECRET, KEY],
  CONCURRENT_CALLS: [{}, '2.5', '0'],
  CALLS_PER_SECOND: [{}, '0', 'ten'],
  QUEUE_HOURS_MAX: [{}, '0', '25'],
  TIME_SCALE: [{}, '0'],
  TABLES_CONNECTION_STRING: [
    { CALLBACK_SECRET_KEY: KEY },
    SECRET,
    `AccountName=plan;SharedKey=${SECRET}`,
    `DefaultEndpointsProtocol=http;AccountName=plan;AccountKey=${SECRET}`,
    `TableEndpoint=http://plan.table.core.windows.net;AccountName=plan;AccountKey=${SECRET}`,
  ],
  TABLES_ENDPOINT: [{ CALLBACK_SECRET_KEY: KEY }, 'http://plan.table.core.windows.net', 'plan'],
  TABLES_PREFIX: [TABLES, 'with-dash', '1st'],
  QUEUE_CONNECTION_STRING: [TABLES, SECRET, `QueueEndpoint=http://q.example;AccountName=p;AccountKey=${SECRET}`],
  QUEUE_ENDPOINT: [TABLES, 'http://plan.queue.core.windows.net'],
  QUEUE_PREFIX: [{ ...TABLES, QUEUE_ENDPOINT: 'https://plan.queue.core.windows.net' }, 'Upper'],
  SQL_CONNECTION_STRING: [
    {},
    SECRET,
    `Database=callistra;Password=${SECRET}`,
    `Server=plan.database.windows.net;Database=c;Password=${SECRET};Encrypt=false`,
    `Server=plan.database.windows.net;Database=c;Password=${SECRET}; encrypt = No`,
  ],
  SQL_SERVER: [SQL, 'tcp:plan.database.windows.net,1433', 'https://plan.database.windows.net', 'plan.example:1433'],
  SQL_SCHEMA: [SQL, 'sys', 'x'.repeat(41), '2nd'],
  SQL_MIGRATE: [SQL, 'no'],
  MEMBERS_INDEX: [SQL, 'yes'],
  MEMBERS_CREATE: [SQL, 'yes'],
  MEMBERS_ID_COLUMN: [SQL, 'x'.repeat(64)],
  MEMBERS_PHONE_COLUMN: [SQL, 'x'.repeat(64)],
  MEMBERS_NAME_COLUMN: [SQL, 'x'.repeat(64)],
  MEMBERS_TIME_ZONE_COLUMN: [SQL, 'x'.repeat(64)],
  CHECKPOINT_EVERY: [{}, '9', '5m'],
  CHECKPOINT_CONTAINER_URL: [{}, 'http://plan.blob.core.windows.net/tree', 'https://plan.blob.core.windows.net/'],
  CHECKPOINT_KEY: [{}, SECRET],
  CHECKPOINT_ORIGIN: [{}, 'https://calls.example.org'],
  CHECKPOINT_WITNESSES: [{}, `https://anna:${SECRET}@witness.example`, 'http://witness.example w+1+k'],
  ENTRA_TENANT_ID: [ENTRA, 'plan.example', 'plan.onmicrosoft.com', 'common', `{${GUID}}`],
  ENTRA_AUDIENCE: [ENTRA, 'callistra', `{${GUID}}`, 'api://callistra/.default', `"api://${GUID}"`],
  ENTRA_AUTHORITY: [ENTRA, 'http://login.example', `https://login.microsoftonline.com/${GUID}`],
  ENTRA_CLIENT_ID: [ENTRA, 'callistra', `{${GUID}}`],
  SESSION_KEY: [{}, SECRET],
  SESSION_KEY_BEFORE: [{ SESSION_KEY: KEY }, SECRET, KEY],
  SESSION_IDLE_MINUTES: [{}, '0', '500', 'PT15M'],
  EVENT_GRID_SUBSCRIPTIONS: [GRID, 'my calls', 'calls,x'],
  EVENT_GRID_AUDIENCE: [
    { EVENT_GRID_SUBSCRIPTIONS: 'calls', ENTRA_TENANT_ID: GUID, EVENT_GRID_AUDIENCE: GUID },
    'callistra',
  ],
  EVENT_GRID_SECRET: [GRID, SECRET, 'ö'.repeat(32)],
  EVENT_GRID_TOPIC_ENDPOINT: [
    { EVENT_GRID_TOPIC_KEY: 'k', EVENT_GRID_TOPIC_ENDPOINT: 'https://topic.example/api/events' },
    'http://topic.example/api/events',
    'topic.example',
  ],
  EVENT_GRID_SECRET_IN_URL: [GRID, 'yes'],
  HTTPS_PROXY: [
    {},
    SECRET,
    'proxy.example:3128',
    'socks5://proxy.example:1080',
    `http://anna:${SECRET}@proxy.example:port`,
    `http://anna:%${SECRET}@proxy.example`,
    'http://proxy.example/proxy.pac',
  ],
  HTTP_PROXY: [{}, 'proxy', '10.0.0.1:3128', 'ftp://proxy.example'],
  ALL_PROXY: [{}, 'socks5://proxy.example:1080'],
  APPLICATIONINSIGHTS_CONNECTION_STRING: [{}, GUID, `InstrumentationKey=${GUID};IngestionEndpoint=http://in.example/`],
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: [
    { APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${GUID}` },
    SECRET,
    'AAD',
    'Authorization=AAD;ClientId=somebody',
  ],
};

/** Names of things elsewhere, whose form nobody can judge: whether they are there is found at the start, or by `doctor`. */
const FREE = [
  ...['DATA_DIR', 'CHECKPOINT_DIR', 'QUESTIONNAIRE_FILE', 'API_KEYS_FILE', 'STAFF_NAMES_FILE', 'SQL_DATABASE'],
  ...['MEMBERS_TABLE', 'EVENT_GRID_TOPIC_KEY', 'ENTRA_CLIENT_SECRET', 'CALLISTRA_API_KEY'],
  ...['NO_PROXY', 'IDENTITY_ENDPOINT', 'MSI_ENDPOINT', 'IMDS_ENDPOINT', 'AZURE_POD_IDENTITY_AUTHORITY_HOST'],
  ...['AZURE_CLIENT_ID', 'AZURE_TOKEN_CREDENTIALS', 'APPLICATION_INSIGHTS_NO_STATSBEAT'],
];

function problemsOf(env: Env): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('of every setting it is known what would be in vain', () => {
  assert.equal([...Object.keys(IN_VAIN), ...FREE].sort(), [...SETTINGS].sort());
});

for (const [name, [beside, ...values]] of Object.entries(IN_VAIN)) {
  test(`${name} is refused where it could never match, without a word of what it holds`, () => {
    assert.equal(problemsOf(beside), []);
    for (const value of values) {
      const problems = problemsOf({ ...beside, [name]: value });
      assert.ok(
        problems.some((problem) => new RegExp(`^${name}\\b.*: .*(?:must|only|bear)`).test(problem)),
        `${name}=${value}: ${problems.join('; ')}`,
      );
      assert.not.match(problems.join('\n'), SECRET);
    }
  });
}

test('ids are taken in the letters that tokens hold', () => {
  const capitals = GUID.toUpperCase();
  assert.is(readConfig({ ...ACS, ACS_RESOURCE_ID: capitals }).acs?.resourceId, GUID);
  const { entra } = readConfig({ ENTRA_TENANT_ID: capitals, ENTRA_AUDIENCE: `api://${capitals}` });
  assert.equal(entra?.audiences, [`api://${GUID}`, GUID]);
  assert.is(entra?.issuers[0], `https://login.microsoftonline.com/${GUID}/v2.0`);
});

test('the paths of the callback allow-list are kept', () => {
  const { callbackUrlAllow } = readConfig({ CALLBACK_URL_ALLOW: ' https://a.example/x , https://b.example:8443/,' });
  assert.equal(callbackUrlAllow, ['https://a.example/x', 'https://b.example:8443']);
});

test('whoever trusts any certificate is warned', () => {
  const of = (server: string) =>
    readConfig({ SQL_CONNECTION_STRING: `Server=${server};Database=c;TrustServerCertificate=true` }).warnings;
  assert.match(of('db.example,1433').join(), /^SQL_CONNECTION_STRING: TrustServerCertificate/);
  assert.equal(of('localhost,1433'), []);
});

test.run();
