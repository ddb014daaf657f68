import { EventGridDeserializer } from '@azure/eventgrid';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pause, until } from '../support/until.ts';
import { gridTest, PUBLISHED } from './grid-rig.ts';

const CLOUD_EVENTS = 'CloudEventSchemaV1_0';
const NAME = 'calls-sub';

gridTest('an event is posted in an array, with the headers of Event Grid', {}, async ({ simulator, receiver }) => {
  await simulator.createSubscription({ name: NAME, endpoint: receiver.url, headers: { 'X-Secret': 's3' } });
  const id = simulator.publishEvent(PUBLISHED);
  await until('a delivery', () => receiver.deliveries().length === 1);
  const { method, headers, body } = receiver.deliveries()[0]!;
  assert.is(method, 'POST');
  assert.is(headers['content-type'], 'application/json; charset=utf-8');
  assert.is(headers['aeg-event-type'], 'Notification');
  assert.is(headers['aeg-subscription-name'], 'CALLS-SUB');
  assert.is(headers['aeg-delivery-count'], '0');
  assert.is(headers['aeg-data-version'], '1.0');
  assert.is(headers['aeg-metadata-version'], '1');
  assert.is(headers['x-secret'], 's3');
  const [{ eventTime, topic, ...event }] = body;
  assert.match(eventTime, /^2026-03-02T15:00:00\.\d{7}Z$/);
  assert.match(topic, /communicationservices/);
  const { type, subject, data } = PUBLISHED;
  assert.equal(event, { id, eventType: type, subject, data, dataVersion: '1.0', metadataVersion: '1' });
});

gridTest('a CloudEvent is posted alone', {}, async ({ simulator, receiver }) => {
  await simulator.createSubscription({ name: NAME, endpoint: receiver.url, schema: CLOUD_EVENTS });
  const id = simulator.publishEvent(PUBLISHED);
  await until('a delivery', () => receiver.deliveries().length === 1);
  const { headers, body } = receiver.deliveries()[0]!;
  assert.is(headers['content-type'], 'application/cloudevents+json; charset=utf-8');
  const { time, source, ...event } = body;
  assert.ok(time && source);
  assert.equal(event, { id, ...PUBLISHED, specversion: '1.0' });
});

gridTest('batches hold what was published together, up to their size', {}, async ({ simulator, receiver, clock }) => {
  await simulator.createSubscription({ name: NAME, endpoint: receiver.url, schema: CLOUD_EVENTS, maxEvents: 2 });
  const ids = [1, 2, 3].map((n) => simulator.publishEvent({ ...PUBLISHED, data: { n } }));
  clock.advance(1_000);
  await until('two batches', () => receiver.deliveries().length === 2);
  const bodies = receiver.deliveries().map(({ body }) => body);
  assert.equal(bodies.map((body) => body.length).sort(), [1, 2]);
  assert.equal(bodies.flatMap((body) => body.map((event: { id: string }) => event.id)).sort(), ids.sort());
  const type = receiver.deliveries()[0]?.headers['content-type'];
  assert.is(type, 'application/cloudevents-batch+json; charset=utf-8');
});

gridTest('consumers read both forms with the real SDK', {}, async ({ simulator, receiver }) => {
  const endpoint = receiver.url;
  await simulator.createSubscription({ name: 'as-cloud-events', endpoint, schema: CLOUD_EVENTS });
  await simulator.createSubscription({ name: 'as-grid-events', endpoint });
  const id = simulator.publishEvent(PUBLISHED);
  await until('two deliveries', () => receiver.deliveries().length === 2);
  const deliveries = receiver.deliveries().map(({ headers, body }) => ({ to: headers['aeg-subscription-name'], body }));
  const bodyFor = (name: string) => JSON.stringify(deliveries.find(({ to }) => to === name)?.body);
  const sdk = new EventGridDeserializer();
  const [cloudEvent] = await sdk.deserializeCloudEvents(bodyFor('AS-CLOUD-EVENTS'));
  const [gridEvent] = await sdk.deserializeEventGridEvents(bodyFor('AS-GRID-EVENTS'));
  assert.equal([cloudEvent?.id, cloudEvent?.type, cloudEvent?.data], [id, PUBLISHED.type, PUBLISHED.data]);
  assert.equal([gridEvent?.id, gridEvent?.eventType, gridEvent?.data], [id, PUBLISHED.type, PUBLISHED.data]);
});

gridTest('only wanted types come, and only those of the topic', {}, async ({ simulator, receiver }) => {
  await simulator.createSubscription({ name: NAME, endpoint: receiver.url, eventTypes: ['Wanted'] });
  simulator.publishEvent({ type: 'Unwanted' });
  simulator.publishEvent({ type: 'Wanted', topic: 'elsewhere' });
  const id = simulator.publishEvent({ type: 'Wanted' });
  await until('a delivery', () => simulator.subscriptions()[0]?.delivered === 1);
  assert.equal(
    receiver.deliveries().map(({ body }) => body[0].id),
    [id],
  );
  assert.is(simulator.subscriptions()[0]?.pending, 0);
});

gridTest(
  'an event that was taken comes again when faults say so',
  { faults: { eventGridDuplicateRate: 1 } },
  async (rig) => {
    const { simulator, receiver, advanceAfter } = rig;
    await simulator.createSubscription({ name: NAME, endpoint: receiver.url });
    const id = simulator.publishEvent(PUBLISHED);
    await advanceAfter(1, 60_000);
    await until('a duplicate', () => receiver.deliveries().length === 2);
    assert.equal(
      receiver.deliveries().map(({ body }) => body[0].id),
      [id, id],
    );
  },
);

gridTest(
  'events arrive out of order when faults say so',
  { faults: { eventGridReorderWindowMs: 10_000 } },
  async (rig) => {
    const { simulator, receiver, clock } = rig;
    await simulator.createSubscription({ name: NAME, endpoint: receiver.url });
    const ids = Array.from({ length: 8 }, () => simulator.publishEvent(PUBLISHED));
    for (let step = 0; step < 20; step += 1) {
      clock.advance(500);
      await pause(2);
    }
    await until('all of them', () => receiver.deliveries().length === ids.length);
    const arrived = receiver.deliveries().map(({ body }) => body[0].id);
    assert.equal([...arrived].sort(), [...ids].sort());
    assert.not.equal(arrived, ids);
  },
);

gridTest('deliveries carry the token that was asked for, handshakes too', {}, async ({ simulator, receiver }) => {
  const auth = { audience: 'api://callistra', issuer: 'https://sts.windows.net/t/', tenantId: 't' };
  await simulator.createSubscription({ name: NAME, endpoint: receiver.url, auth });
  simulator.publishEvent(PUBLISHED);
  await until('a delivery', () => receiver.deliveries().length === 1);
  assert.is(receiver.requests.length, 2);
  const keys = createRemoteJWKSet(new URL(simulator.jwksUrl));
  for (const { headers } of receiver.requests) {
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    const currentDate = new Date('2026-03-02T15:01:00.000Z');
    const { payload } = await jwtVerify(token, keys, { ...auth, audience: auth.audience, currentDate });
    assert.is(payload['appid'], '4962773b-9cdb-44cf-a8bf-237846a00ab7');
    assert.equal(payload['roles'], ['AzureEventGridSecureWebhookSubscriber']);
    assert.is(payload['tid'], 't');
  }
});

gridTest('a subscription that is removed says so, and nothing more', {}, async ({ simulator, receiver }) => {
  await simulator.createSubscription({ name: NAME, endpoint: receiver.url });
  assert.is(simulator.deleteSubscription('CALLS-SUB'), true);
  assert.is(simulator.deleteSubscription('CALLS-SUB'), false);
  simulator.publishEvent(PUBLISHED);
  await until('a last message', () => receiver.deliveries().length === 1);
  const { headers, body } = receiver.deliveries()[0]!;
  assert.is(headers['aeg-event-type'], 'SubscriptionDeletion');
  assert.is(body[0].eventType, 'Microsoft.EventGrid.SubscriptionDeletedEvent');
  assert.match(body[0].data.eventSubscriptionId, /eventsubscriptions\/calls-sub$/);
});

for (const [what, change] of [
  ['a name with spaces', { name: 'a b c' }],
  ['an endpoint that is no web address', { endpoint: 'ftp://127.0.0.1/' }],
  ['more attempts than the service makes', { maxAttempts: 31 }],
  ['a longer life than the service gives', { ttlMinutes: 1_441 }],
  ['headers of the service itself', { headers: { 'aeg-event-type': 'x' } }],
  ['an unknown member', { color: 'red' }],
] as const) {
  gridTest(`${what} is refused`, {}, async ({ simulator, receiver }) => {
    const wish = { name: NAME, endpoint: receiver.url, ...change };
    const error = await simulator.createSubscription(wish).catch((thrown: { code?: string }) => thrown);
    assert.is('code' in error ? error.code : undefined, 'INVALID_SUBSCRIPTION');
    assert.equal(receiver.requests, []);
  });
}

test.run();
