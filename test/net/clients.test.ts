import http from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCheckpointContainer } from '../../src/adapters/checkpoints/container.ts';
import { createWitness } from '../../src/adapters/checkpoints/witness.ts';
import { createQueues } from '../../src/adapters/queues/client.ts';
import { tableRights } from '../../src/adapters/storage-rights/tables.ts';
import { azureMonitorExporters } from '../../src/adapters/telemetry/azure-monitor.ts';
import { createSdk } from '../../src/adapters/telemetry/sdk.ts';
import { createAcsTelephony } from '../../src/adapters/telephony/acs.ts';
import { createTopicPublisher } from '../../src/adapters/topic/publisher.ts';
import { newCredential } from '../../src/azure/credential.ts';
import { createAsk } from '../../src/cli/api-client.ts';
import { checkCallbackUrl, checkKeys } from '../../src/doctor/web.ts';
import { createKeySet } from '../../src/identity/key-set.ts';
import { openTables } from '../../src/log/tables/client.ts';
import { useProxiesOf } from '../../src/net/proxy.ts';
import { COSIGNATURE, signerOf } from '../../src/tlog/keys.ts';
import { flood } from '../support/flood.ts';
import { startForwardProxy } from '../support/forward-proxy.ts';
import { journalInto } from '../support/journal.ts';
import { listen } from '../support/loopback.ts';
import { startManagedIdentity } from '../support/managed-identity.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const KEY = Buffer.alloc(32, 'key').toString('base64');
const ACCOUNT = `DefaultEndpointsProtocol=https;AccountName=plan;AccountKey=${KEY}`;
const SERVICE = { name: 'callistra', version: '0', instanceId: 'one' };
const WITNESS = signerOf('witness.example/w', Buffer.alloc(32, 5), COSIGNATURE);

/** Has telephony ask about a call. */
async function telephone(url: string): Promise<unknown> {
  const connectionString = `endpoint=${url}/;accesskey=${KEY}`;
  const telephony = createAcsTelephony({
    connectionString,
    cognitiveServicesEndpoint: url,
    allowInsecureConnection: url.startsWith('http:'),
  });
  const body = { callConnectionId: 'c-1', attempt: 1, answerBy: '2026-03-02T15:00:00.000Z' };
  const call = { phoneNumber: '+15550100001', callbackUri: url, callConnectionId: 'c-1', isOurs: () => false };
  const outcome = await telephony.send({ id: 'call/1', type: 'CheckCall', body }, call);
  await telephony.close();
  return outcome;
}

async function readLog(url: string): Promise<unknown> {
  const limits = { timeLimitMs: 60_000, heardDate: undefined };
  const tables = openTables({ connectionString: `TableEndpoint=${url};${ACCOUNT}` }, 'Plan', limits);
  await tables.events.listEntities().next().finally(tables.close);
  return tables;
}

async function measure(url: string): Promise<unknown> {
  const insights = `InstrumentationKey=abcdef01-2345-4678-9abc-def012345678;IngestionEndpoint=${url}`;
  const sdk = createSdk(SERVICE, [azureMonitorExporters(insights, journalInto([]), null)]);
  sdk.meter.createCounter('calls').add(1);
  await sdk.flush();
  return sdk.close();
}

/** Everybody here who sends requests, and one request of each. They fail, as nobody is there. */
const CLIENTS: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  telephony: telephone,
  'the log': readLog,
  'the rights of the log': (url) =>
    tableRights({ connectionString: `TableEndpoint=${url};${ACCOUNT}` }, 'Plan').unreadable(),
  queues: (url) =>
    createQueues(
      { connectionString: `QueueEndpoint=${url}/plan;${ACCOUNT}` },
      { createQueues: false },
    )('calls').count(),
  'messages of queues': (url) =>
    createQueues(
      { connectionString: `QueueEndpoint=${url}/plan;${ACCOUNT}` },
      { createQueues: false },
    )('calls').receive(1, 9),
  'checkpoints, listed': (url) => createCheckpointContainer({ url: `${url}/tree?sig=x` }).list(''),
  'checkpoints, read': (url) => createCheckpointContainer({ url: `${url}/tree?sig=x` }).read('batch/1'),
  'the topic': (url) => createTopicPublisher({ endpoint: `${url}/api/events`, key: KEY }).check(),
  telemetry: measure,
  witnesses: (url) => createWitness({ url, verifier: WITNESS }).latest('plan.example/log'),
  'signing keys': async (url) => createKeySet({ jwksUrl: `${url}/keys`, clock: virtualClock() }).find({ alg: 'RS256' }),
  'the doctor, for keys': (url) => checkKeys('keys', `${url}/keys`, Date.now).run(),
  'the doctor, for callbacks': (url) => checkCallbackUrl(url).run(),
  'the command line': (url) => createAsk(url)('/api/calls'),
};

const test = suite<{ url: string; ended: () => number; close: () => Promise<void> }>('whoever sends requests');
test.before(async (context) => {
  let ended = 0;
  const server = http.createServer((request, response) => {
    response.on('close', () => {
      ended += 1;
    });
    flood(request, response);
  });
  Object.assign(context, await listen(server), { ended: () => ended });
});
test.after(({ close }) => close());
test.after.each(() => useProxiesOf({}));

for (const [who, go] of Object.entries(CLIENTS)) {
  test(`${who}: through the proxy, and straight to this machine`, async ({ url, ended }) => {
    const proxy = await startForwardProxy();
    useProxiesOf({ HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url });
    const before = ended();
    // What never ends is cut, or whoever waits for it would wait for ever.
    await go(url).catch(() => {});
    await until('it hangs up', () => ended() > before);
    assert.equal(proxy.asked, []);
    const settled = go('https://plan.example').catch(() => {});
    await until('the proxy is asked', () => proxy.asked.length > 0);
    assert.equal([...new Set(proxy.asked)], ['plan.example:443']);
    await proxy.close();
    await settled;
  });
}

test('tokens: of Entra ID through the proxy, of the managed identity never', async () => {
  const identity = await startManagedIdentity();
  const proxy = await startForwardProxy();
  const before = { ...process.env };
  const scope = 'https://communication.azure.com//.default';
  try {
    Object.assign(process.env, identity.env, { AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential' });
    // As they stand in the environment the SDK would go by them too, by rules of its own.
    Object.assign(process.env, { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url });
    useProxiesOf({ ...process.env });
    assert.ok(await (await newCredential()).getToken(scope));
    assert.equal([identity.requests.length, proxy.asked.length], [1, 0]);
    const secret = { AZURE_TENANT_ID: 'abcdef01-2345-4678-9abc-def012345678', AZURE_CLIENT_SECRET: 'secret' };
    Object.assign(process.env, secret, { AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential' });
    const settled = (await newCredential()).getToken(scope).catch(() => {});
    await until('the proxy is asked', () => proxy.asked.length > 0);
    assert.equal([...new Set(proxy.asked)], ['login.microsoftonline.com:443']);
    await proxy.close();
    await settled;
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    await identity.close();
  }
});

test.run();
