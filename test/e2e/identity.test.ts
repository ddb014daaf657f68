import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { TableClient } from '@azure/data-tables';
import { QueueServiceClient } from '@azure/storage-queue';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { queueNames } from '../../src/adapters/queues/storage-queues.ts';
import { verifyLog } from '../../src/audit/verify/verify.ts';
import type { CheckResult } from '../../src/doctor/check.ts';
import { openTablesLog } from '../../src/log/tables/log.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { type Ingestion, startIngestion } from '../adapters/telemetry/ingestion.ts';
import { azuriteForTokens, connectionStringOf, type OwnAzurite } from '../support/azurite.ts';
import { type Certificate, makeCertificate } from '../support/certificate.ts';
import { allEntries } from '../support/entries.ts';
import { freePort } from '../support/free-port.ts';
import { type ManagedIdentity, startManagedIdentity } from '../support/managed-identity.ts';
import { startPlainFront, startTlsFront, type TlsProxy } from '../support/tls-proxy.ts';
import { until } from '../support/until.ts';
import { type Child, runCommand, spawnServer, untilReady } from './child.ts';
import { answersOf, initiate, makeDataDir, membersOf, type Person, scriptsOf, UNPACED, untilEnded } from './rig.ts';

const TIME_SCALE = 50;
const people: readonly Person[] = [{ behaviour: 'answers-all', name: 'Zerbinette Quacksalver' }];
const members = membersOf(people);
const prefix = `Id${randomUUID().slice(0, 8)}`;
const queuePrefix = prefix.toLowerCase();

/** What each service's tokens are for; the SDK of ACS asks for a scope with two slashes, and one stays. */
const RESOURCES = {
  storage: 'https://storage.azure.com',
  acs: 'https://communication.azure.com/',
  eventGrid: 'https://eventgrid.azure.net',
} as const;

/** Asked for when telemetry is first sent, which is some seconds later. */
const MONITOR = 'https://monitor.azure.com/';

let certificate: Certificate;
let identity: ManagedIdentity;
let storage: OwnAzurite;
let simulator: Simulator;
/** The simulator with TLS, as servers see it. */
let azure: TlsProxy;
/** The storage without TLS, as this process sees it: the extra certificates of a process are read at its start. */
let within: { readonly tables: TlsProxy; readonly queues: TlsProxy };
let ingestion: Ingestion;
/** Application Insights with TLS, as servers see it. */
let insights: TlsProxy;
let dataDir: string;
let settings: Record<string, string>;
let server: Child | undefined;

test.before(async () => {
  certificate = await makeCertificate();
  identity = await startManagedIdentity();
  storage = await azuriteForTokens(certificate);
  within = {
    tables: await startPlainFront(storage.tablesUrl, certificate),
    queues: await startPlainFront(storage.queuesUrl, certificate),
  };
  simulator = await startSimulator({
    seed: 1,
    timeScale: TIME_SCALE,
    callsPerCallerId: 0,
    takesTokens: true,
    members: scriptsOf(people),
  });
  azure = await startTlsFront(simulator.url, certificate);
  ingestion = await startIngestion();
  insights = await startTlsFront(addressOf(ingestion), certificate);
  dataDir = await makeDataDir(members);
  await makeTablesAndQueues();
  settings = settingsFor(await freePort());
});
test.after(async () => {
  await server?.kill();
  await Promise.all(
    [within.tables, within.queues, azure, simulator, insights, ingestion, identity].map((part) => part.close()),
  );
  storage.close();
  await rm(dataDir, { recursive: true, force: true });
  await certificate.remove();
});

/** Where it takes telemetry, without the slash at the end. */
function addressOf({ connectionString }: Ingestion): string {
  return /IngestionEndpoint=(.*)\/$/.exec(connectionString)![1]!;
}

/** With the account's key, and not this process's trust. */
function keyed(): string {
  return connectionStringOf({ tables: within.tables.url, queues: within.queues.url });
}

/** What the templates do for a deployment: the identity's roles do not allow it to the server. */
async function makeTablesAndQueues(): Promise<void> {
  for (const name of [`${prefix}Events`, `${prefix}Register`, `${prefix}Dialling`])
    await TableClient.fromConnectionString(keyed(), name, { allowInsecureConnection: true }).createTable();
  const queues = QueueServiceClient.fromConnectionString(keyed());
  for (const name of Object.values(queueNames(queuePrefix))) await queues.createQueue(name);
}

/** Settings without a single secret of a service. */
function settingsFor(port: number): Record<string, string> {
  const { ACS_CONNECTION_STRING: _, ...acs } = simulator.settings;
  return {
    PORT: String(port),
    PUBLIC_BASE_URL: `http://127.0.0.1:${port}`,
    DATA_DIR: dataDir,
    ...UNPACED,
    CALLBACK_SECRET_KEY: 'a-key-that-this-test-has-made-up-for-itself',
    // Azure writes its endpoints with a slash at the end.
    TABLES_ENDPOINT: `${storage.tablesUrl}/`,
    TABLES_PREFIX: prefix,
    QUEUE_ENDPOINT: `${storage.queuesUrl}/`,
    QUEUE_PREFIX: queuePrefix,
    ...acs,
    ACS_ENDPOINT: `${azure.url}/`,
    EVENT_GRID_TOPIC_ENDPOINT: simulator.topicEndpoint('plan').replace(simulator.url, azure.url),
    APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString.replace(addressOf(ingestion), insights.url),
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD',
    ...identity.env,
    NODE_EXTRA_CA_CERTS: certificate.certFile,
  };
}

function assertAskedAsContainerAppsWants(): void {
  const { AZURE_CLIENT_ID: clientId, IDENTITY_HEADER: header } = identity.env;
  const resources = new Set(identity.requests.map(({ resource }) => resource).filter((one) => one !== MONITOR));
  assert.equal([...resources].sort(), Object.values(RESOURCES).sort());
  for (const { resource, ...rest } of identity.requests)
    assert.equal(rest, { clientId, header, apiVersion: '2019-08-01' }, `the token for ${resource}`);
}

function assertNoSecretIn(output: string): void {
  for (const secret of [identity.env.IDENTITY_HEADER, ...identity.tokens])
    assert.not.ok(output.includes(secret), 'a secret was printed');
}

test('a server with the managed identity and no secret of any service places a call and keeps its log', async () => {
  const url = settings['PUBLIC_BASE_URL']!;
  server = spawnServer(settings);
  await untilReady(url, server);
  const callSessionId = await initiate(url, 'M-1');
  const call = await untilEnded(url, callSessionId);
  assert.is(call.disposition, 'completed');
  assert.equal(answersOf(call), ['1:yes', '2:yes', '3:yes']);
  await until('its end is published', () => simulator.topicEvents('plan').length > 0);

  const log = await openTablesLog({ connectionString: keyed() }, { prefix, writeId: randomUUID });
  const [verified, entries] = [await verifyLog(log), await allEntries(log)];
  await log.close();
  assert.equal(verified.findings, []);
  assert.ok(
    entries.some(({ stream }) => stream === callSessionId),
    'the call is in the log',
  );
  assert.equal([...azure.schemes], ['Bearer'], 'and nothing but tokens was shown');
  assertAskedAsContainerAppsWants();
});

test('the doctor finds nothing wrong with that', async () => {
  const before = identity.requests.length;
  const { verdicts, code, output } = await doctor({});
  assert.is(code, 0, output);
  // Azurite lets every token do everything, and the doctor says so.
  assert.equal(verdicts, { identity: 'ok', tables: 'warning', queues: 'ok', ACS: 'ok', 'Event Grid topic': 'ok' });
  assert.ok(identity.requests.length > before, 'it asked for tokens of its own');
  assertAskedAsContainerAppsWants();
  assertNoSecretIn(output);
});

test('the doctor says which services an identity does not get to', async () => {
  const known = identity.env.AZURE_CLIENT_ID;
  // The server beside it may want one for its telemetry at any time.
  const asked = () => identity.requests.filter(({ clientId, resource }) => clientId === known && resource !== MONITOR);
  const before = asked().length;
  const { verdicts, code, output } = await doctor({ AZURE_CLIENT_ID: randomUUID() });
  assert.is(code, 1, output);
  const failed = ['identity', 'tables', 'queues', 'ACS', 'Event Grid topic'].map((name) => [name, 'failed']);
  assert.equal(verdicts, Object.fromEntries(failed));
  assert.is(asked().length, before, 'it did not ask as somebody else');
  assertNoSecretIn(output);
});

test('none of them says a token, and the server stops when asked', async () => {
  assert.is(await server?.stop(), 0, server?.output());
  assert.ok(
    ingestion.envelopes.some(({ data }) => data.baseData.name === 'call'),
    'its telemetry has arrived',
  );
  assert.equal([...insights.schemes], ['Bearer'], 'each time with a token');
  assert.ok(identity.requests.some(({ resource }) => resource === MONITOR));
  assertNoSecretIn(server?.output() ?? '');
});

const WITH_TOKEN = ['identity', 'tables', 'queues', 'ACS', 'Event Grid topic'];

/** What it makes of the services that want a token, with the managed identity or none: not with a developer's own login. */
async function doctor(env: Readonly<Record<string, string>>) {
  const only = { AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential' };
  const { code, stdout, stderr } = await runCommand(['doctor', '--json'], { ...settings, ...only, ...env });
  const results = (JSON.parse(stdout || '[]') as CheckResult[]).filter(({ name }) => WITH_TOKEN.includes(name));
  const verdicts = Object.fromEntries(results.map(({ name, verdict }) => [name, verdict]));
  return { code, verdicts, output: stdout + stderr };
}

test.run();
