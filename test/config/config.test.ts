import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLoopbackHost } from '../../src/base/loopback.ts';
import { readConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/values.ts';

const ACS = {
  ACS_CONNECTION_STRING: 'endpoint=https://plan.communication.azure.com/;accesskey=c2VjcmV0',
  ACS_RESOURCE_ID: '00000000-0000-4000-8000-000000000001',
  ACS_CALLER_ID: '+15550100000',
  COGNITIVE_SERVICES_ENDPOINT: 'https://plan.cognitiveservices.azure.com/',
  PUBLIC_BASE_URL: 'https://calls.example.org',
};

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    assert.instance(error, ConfigError);
    const { code, message, problems } = error as ConfigError;
    assert.is(code, 'BAD_SETTINGS');
    for (const problem of problems) assert.ok(message.includes(problem));
    return problems;
  }
  return [];
}

test('with nothing set it is an embedded server on loopback with a simulator of its own', () => {
  assert.equal(readConfig({}), {
    host: '127.0.0.1',
    port: 8080,
    publicBaseUrl: null,
    trustedHops: 0,
    dataDir: 'data',
    diskReserve: 268_435_456,
    logLevel: 'info',
    shutdownSeconds: 25,
    acs: null,
    simulator: false,
    line: '+15550100000',
    tables: null,
    sql: null,
    queue: null,
    checkpoints: { everyMs: 300_000, dir: null, containerUrl: null, key: null, origin: null, witnesses: [] },
    callbackUrlAllow: [],
    apiKeysFile: null,
    staffNamesFile: null,
    entra: null,
    sessions: { key: null, keyBefore: null, idleMs: 900_000 },
    eventGrid: null,
    topic: null,
    questionnaireFile: null,
    callbackSecretKey: null,
    callbackSecretKeyBefore: null,
    dial: { concurrentCalls: 2, callsPerSecond: 10 },
    queueMs: 4 * 3_600_000,
    timeScale: 1,
    applicationInsights: null,
    warnings: [],
  });
});

test('an empty or blank setting is as good as none', () => {
  assert.equal(readConfig({ HOST: '', PORT: ' ', ACS_RESOURCE_ID: '', PUBLIC_BASE_URL: '  ' }), readConfig({}));
});

test('settings cannot be changed afterwards', () => {
  assert.ok(Object.isFrozen(readConfig({})));
});

test('a whole group of ACS settings is taken, with Microsoft as issuer unless another is named', () => {
  const { acs, publicBaseUrl } = readConfig(ACS);
  assert.is(publicBaseUrl, 'https://calls.example.org');
  assert.is(acs?.tokenIssuer, 'https://acscallautomation.communication.azure.com');
  assert.match(acs?.jwksUri ?? '', /^https:\/\/acscallautomation\.communication\.azure\.com\//);
  const named = readConfig({
    ...ACS,
    ACS_TOKEN_ISSUER: 'https://issuer.example',
    ACS_JWKS_URI: 'https://keys.example',
  });
  assert.equal([named.acs?.tokenIssuer, named.acs?.jwksUri], ['https://issuer.example', 'https://keys.example/']);
});

const GROUP = ['ACS_CONNECTION_STRING', 'ACS_RESOURCE_ID', 'COGNITIVE_SERVICES_ENDPOINT', 'ACS_CALLER_ID'] as const;
const EITHER: Readonly<Partial<Record<string, string>>> = {
  ACS_CONNECTION_STRING: 'ACS_CONNECTION_STRING or ACS_ENDPOINT',
  ACS_CALLER_ID: 'ACS_CALLER_ID or ACS_TEAMS_RESOURCE_ACCOUNT',
};

for (const missing of GROUP) {
  test(`an ACS group without ${missing} is refused, naming it`, () => {
    const problems = problemsOf({ ...ACS, [missing]: '' });
    assert.equal(problems, [`ACS is set up in part; missing: ${EITHER[missing] ?? missing}`]);
  });
}

test('of an ACS group of one setting all the others are named', () => {
  const problems = problemsOf({ ACS_RESOURCE_ID: ACS.ACS_RESOURCE_ID });
  assert.equal(problems, [
    'ACS is set up in part; missing: ACS_CONNECTION_STRING or ACS_ENDPOINT, COGNITIVE_SERVICES_ENDPOINT, ACS_CALLER_ID or ACS_TEAMS_RESOURCE_ACCOUNT',
  ]);
});

const ACCOUNT = 'cc123456-5678-4678-9234-ccc123456789';
const TEAMS = { ...ACS, ACS_CALLER_ID: '', ACS_TEAMS_RESOURCE_ACCOUNT: ACCOUNT.toUpperCase() };

test('a line alone is no ACS', () => {
  assert.is(readConfig({ ACS_CALLER_ID: '+15550100009' }).acs, null);
  assert.is(readConfig({ ACS_TEAMS_RESOURCE_ACCOUNT: ACCOUNT }).acs, null);
});

test('a Teams resource account is a line in place of a number, never beside one', () => {
  const { acs, line, warnings } = readConfig(TEAMS);
  assert.is(acs?.resourceId, ACS.ACS_RESOURCE_ID);
  assert.equal([line, warnings], [`28:orgid:${ACCOUNT}`, []]);
  assert.equal(problemsOf({ ...TEAMS, ACS_CALLER_ID: ACS.ACS_CALLER_ID }), [
    'ACS_CALLER_ID and ACS_TEAMS_RESOURCE_ACCOUNT: set one of them',
  ]);
  assert.match(
    problemsOf({ ...TEAMS, ACS_TEAMS_RESOURCE_ACCOUNT: 'calls@plan.example' }).join(),
    /object id of the Teams/,
  );
});

test('events of which Azure has none over Teams are warned of', () => {
  const grid = { EVENT_GRID_SUBSCRIPTIONS: 'calls', EVENT_GRID_SECRET: 's'.repeat(32) };
  assert.match(readConfig({ ...TEAMS, ...grid }).warnings.join(), /^EVENT_GRID_SUBSCRIPTIONS: .*nothing of calls/);
  assert.equal(readConfig({ ...ACS, ...grid }).warnings, []);
});

test('ACS must be told where to post callbacks', () => {
  assert.match(problemsOf({ ...ACS, PUBLIC_BASE_URL: '' }).join(), /^PUBLIC_BASE_URL: missing/);
});

const BAD: readonly (readonly [name: string, value: string, expected: RegExp])[] = [
  ['PORT', '-1', /^PORT: .*0 to 65535/],
  ['PORT', '65536', /^PORT: /],
  ['PORT', 'http', /^PORT: /],
  ['LOG_LEVEL', 'loud', /^LOG_LEVEL: .*fatal.*trace/],
  ['PUBLIC_BASE_URL', 'calls.example.org', /^PUBLIC_BASE_URL: /],
  ['PUBLIC_BASE_URL', 'https://calls.example.org/path', /^PUBLIC_BASE_URL: .*without path/],
  ['PUBLIC_BASE_URL', 'http://calls.example.org', /^PUBLIC_BASE_URL: .*https/],
  ['PUBLIC_BASE_URL', 'ftp://calls.example.org', /^PUBLIC_BASE_URL: /],
  ['CALLBACK_URL_ALLOW', 'https://a.example, nonsense', /^CALLBACK_URL_ALLOW, entry 2: must be an https/],
  ['CALLBACK_SECRET_KEY', 'short', /^CALLBACK_SECRET_KEY: .*32 bytes/],
  ['DISK_RESERVE', '256 MB', /^DISK_RESERVE: must be a number from 0/],
  ['DISK_RESERVE', '-1', /^DISK_RESERVE: /],
  ['TIME_SCALE', '0', /^TIME_SCALE: /],
  ['TIME_SCALE', '1001', /^TIME_SCALE: .*1000/],
  ['TIME_SCALE', 'NaN', /^TIME_SCALE: /],
];

for (const [name, value, expected] of BAD) {
  test(`${name}=${value} is refused and named`, () => {
    const problems = problemsOf({ [name]: value });
    assert.is(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] ?? '', expected);
  });
}

test('a caller number that is none is refused where somebody would be called with it', () => {
  assert.match(problemsOf({ ...ACS, ACS_CALLER_ID: '0800 555' }).join(), /^ACS_CALLER_ID: .*E\.164/);
});

test('every problem is told at once', () => {
  const problems = problemsOf({
    PORT: 'x',
    LOG_LEVEL: 'x',
    TIME_SCALE: 'x',
    ACS_RESOURCE_ID: 'x',
    CALLBACK_SECRET_KEY: 'x',
  });
  assert.is(problems.length, 5);
});

test('plain http is for this machine only', () => {
  for (const url of ['http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:1']) {
    assert.is(readConfig({ PUBLIC_BASE_URL: url }).publicBaseUrl, url);
  }
  for (const host of ['127.0.0.1.example.org', 'localhost.example.org', '128.0.0.1', '127.0.0', ''])
    assert.not(isLoopbackHost(host), host);
});

test('time runs faster for simulated calls only', () => {
  assert.is(readConfig({ TIME_SCALE: '20' }).timeScale, 20);
  assert.match(problemsOf({ ...ACS, TIME_SCALE: '20' }).join(), /^TIME_SCALE: only a simulator/);
  const simulator = { ...ACS, ACS_CONNECTION_STRING: 'endpoint=http://127.0.0.1:8090/;accesskey=x', TIME_SCALE: '20' };
  assert.is(readConfig(simulator).timeScale, 20);
});

test.run();
