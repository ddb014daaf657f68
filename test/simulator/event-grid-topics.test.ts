import { SignJWT } from 'jose';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { until } from '../support/until.ts';
import { gridTest } from './grid-rig.ts';
import { type RawRequest, send } from './raw.ts';

const CLOUD_EVENT = {
  id: 'n-1',
  source: '/callistra',
  type: 'Callistra.CallEnded',
  subject: 'calls/1',
  time: '2026-03-02T15:00:00.000Z',
  datacontenttype: 'application/json',
  data: { callSessionId: '1' },
  specversion: '1.0',
};
const GRID_EVENT = {
  id: 'e-1',
  subject: 'calls/1',
  eventType: 'Callistra.CallEnded',
  eventTime: '2026-03-02T15:00:00.000Z',
  data: { callSessionId: '1' },
  dataVersion: '3',
};
const BATCH = 'application/cloudevents-batch+json; charset=utf-8';

function publish(simulator: Simulator, change: Partial<RawRequest> = {}) {
  const headers = { 'aeg-sas-key': simulator.topicKey, 'content-type': BATCH, ...change.headers };
  const path = '/topics/notices/api/events?api-version=2018-01-01';
  return send(simulator.url, { method: 'POST', path, body: [CLOUD_EVENT], ...change, headers });
}

gridTest('what is published to a topic is answered with 200 and kept as it came', {}, async ({ simulator }) => {
  const { status, text } = await publish(simulator);
  assert.equal({ status, text }, { status: 200, text: '' });
  const [kept] = simulator.topicEvents('notices');
  assert.equal(kept?.event, CLOUD_EVENT);
  assert.is(kept?.schema, 'CloudEventSchemaV1_0');
  assert.equal(simulator.topicEvents('others'), []);
  assert.is(simulator.topicEndpoint('notices'), `${simulator.url}/topics/notices/api/events`);
});

gridTest('a topic hands CloudEvents on with everything in them', {}, async ({ simulator, receiver }) => {
  const schema = 'CloudEventSchemaV1_0';
  await simulator.createSubscription({ name: 'notices-sub', topic: 'notices', endpoint: receiver.url, schema });
  await publish(simulator, { body: [{ ...CLOUD_EVENT, traceparent: '00-1-2-03' }] });
  await until('a delivery', () => receiver.deliveries().length === 1);
  assert.equal(receiver.deliveries()[0]?.body, { ...CLOUD_EVENT, traceparent: '00-1-2-03' });
});

gridTest('a topic hands on events of the Event Grid schema', {}, async ({ simulator, receiver }) => {
  await simulator.createSubscription({ name: 'notices-sub', topic: 'notices', endpoint: receiver.url });
  const headers = { 'content-type': 'application/json' };
  assert.is((await publish(simulator, { headers, body: [GRID_EVENT] })).status, 200);
  await until('a delivery', () => receiver.deliveries().length === 1);
  const [{ topic, ...event }] = receiver.deliveries()[0]?.body ?? [];
  assert.equal(event, { ...GRID_EVENT, metadataVersion: '1' });
  assert.match(topic, /microsoft\.eventgrid\/topics\/notices$/);
  assert.is(receiver.deliveries()[0]?.headers['aeg-data-version'], '3');
});

for (const [what, status, change] of [
  ['a wrong key', 401, { headers: { 'aeg-sas-key': 'wrong' } }],
  ['an unknown version', 400, { path: '/topics/notices/api/events?api-version=1999-01-01' }],
  ['a body that is no JSON', 400, { body: '[{' }],
  ['a body that is no array', 400, { body: CLOUD_EVENT }],
  ['an event without type', 400, { body: [{ ...CLOUD_EVENT, type: undefined }] }],
  ['events of another schema than said', 400, { body: [GRID_EVENT] }],
  ['a content type of no schema', 400, { headers: { 'content-type': 'text/plain' } }],
  ['a GET', 405, { method: 'GET' }],
  ['the topic of the ACS resource', 404, { path: '/topics/acs/api/events?api-version=2018-01-01' }],
] as const) {
  gridTest(`${what} is answered with ${status}, and nothing is kept`, {}, async ({ simulator }) => {
    const answer = await publish(simulator, change);
    assert.is(answer.status, status);
    assert.ok(answer.json.error.code);
    assert.equal(simulator.topicEvents(), []);
  });
}

gridTest(
  'a token takes the place of the key when it is for Event Grid and has not expired',
  {},
  async ({ simulator }) => {
    const statusOf = async (audience: string, expiresAt: string) => {
      const token = await new SignJWT({})
        .setProtectedHeader({ alg: 'HS256' })
        .setAudience(audience)
        .setExpirationTime(new Date(expiresAt))
        .sign(Buffer.alloc(32));
      const path = '/topics/notices/api/events?api-version=2018-01-01';
      const headers = { authorization: `Bearer ${token}`, 'content-type': BATCH };
      return (await send(simulator.url, { method: 'POST', path, body: [CLOUD_EVENT], headers })).status;
    };
    assert.is(await statusOf('https://eventgrid.azure.net', '2026-03-02T15:30:00Z'), 200);
    assert.is(await statusOf('https://storage.azure.com', '2026-03-02T15:30:00Z'), 401);
    assert.is(await statusOf('https://eventgrid.azure.net', '2026-03-02T14:30:00Z'), 401);
  },
);

gridTest('faults of a topic: refused, as often as they say', {}, async ({ simulator }) => {
  simulator.setFaults({ topicErrorRate: 1, topicErrorStatus: 429, topicFaultsMax: 1, retryAfterSeconds: 7 });
  const { status, headers } = await publish(simulator);
  assert.is(status, 429);
  assert.is(headers['retry-after'], '7');
  assert.equal(simulator.topicEvents(), []);
  assert.is((await publish(simulator)).status, 200);
  simulator.setFaults({ topicFaultsMax: 1 });
  assert.is((await publish(simulator)).status, 429);
});

gridTest('faults of a topic: a reset leaves nothing, a lost answer leaves the events', {}, async ({ simulator }) => {
  const outcome = () =>
    publish(simulator).then(
      () => 'answered',
      () => 'lost',
    );
  simulator.setFaults({ topicResetRate: 1 });
  assert.is(await outcome(), 'lost');
  assert.is(simulator.topicEvents().length, 0);
  simulator.setFaults({ topicResetRate: 0, topicLoseAnswerRate: 1 });
  assert.is(await outcome(), 'lost');
  assert.is(simulator.topicEvents().length, 1);
});

test.run();
