import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pause, until } from '../support/until.ts';
import { type GridRig, gridTest, PUBLISHED } from './grid-rig.ts';
import { send } from './raw.ts';

const CLOUD_EVENTS = 'CloudEventSchemaV1_0';

/** Lets the pause after a failed handshake pass. */
async function secondHandshake({ simulator, clock, receiver }: GridRig): Promise<void> {
  await until('an end of the first handshake', () => simulator.subscriptions()[0]?.problem !== undefined);
  clock.advance(4_999);
  await pause(5);
  assert.is(receiver.requests.length, 1);
  clock.advance(1);
  await until('a second handshake', () => receiver.requests.length === 2);
}

gridTest('an endpoint that echoes the validation code is delivered to', {}, async ({ simulator, receiver }) => {
  const { state } = await simulator.createSubscription({ name: 'calls-sub', endpoint: receiver.url });
  assert.is(state, 'active');
  const { method, headers, body } = receiver.requests[0]!;
  assert.is(method, 'POST');
  assert.is(headers['aeg-event-type'], 'SubscriptionValidation');
  assert.is(headers['aeg-subscription-name'], 'CALLS-SUB');
  assert.is(headers['aeg-delivery-count'], '0');
  assert.is(headers['content-type'], 'application/json; charset=utf-8');
  assert.is(body.length, 1);
  assert.is(body[0].eventType, 'Microsoft.EventGrid.SubscriptionValidationEvent');
  assert.is(body[0].metadataVersion, '1');
  assert.match(body[0].eventTime, /^2026-03-02T15:00:00\.\d{7}Z$/);
  assert.match(body[0].topic, /providers\/microsoft\.communication\/communicationservices\//);
});

gridTest('with CloudEvents the endpoint is asked by OPTIONS', {}, async ({ simulator, receiver }) => {
  const wish = { name: 'calls-sub', endpoint: receiver.url, schema: CLOUD_EVENTS } as const;
  assert.is((await simulator.createSubscription(wish)).state, 'active');
  const { method, headers } = receiver.requests[0]!;
  assert.is(method, 'OPTIONS');
  assert.is(headers['webhook-request-origin'], 'eventgrid.azure.net');
  assert.is(headers['aeg-subscription-name'], 'CALLS-SUB');
});

for (const [what, answer, problem] of [
  ['answers 202', { status: 202 }, 'answered 202'],
  ['names another code', { status: 200, body: { validationResponse: 'x' } }, 'validationResponse is another code'],
] as const) {
  gridTest(`an endpoint that ${what} is asked once more after 5 s, then not used`, {}, async (rig) => {
    const { simulator, receiver } = rig;
    receiver.answerWith(() => answer);
    const pending = simulator.createSubscription({ name: 'calls-sub', endpoint: receiver.url });
    await secondHandshake(rig);
    const { state, problem: why } = await pending;
    assert.is(state, 'failed');
    assert.is(why, problem);
    simulator.publishEvent(PUBLISHED);
    assert.equal(receiver.deliveries(), []);
    assert.is(simulator.subscriptions()[0]?.pending, 0);
  });
}

gridTest('an endpoint that comes up in time for the second try is used', {}, async (rig) => {
  const { simulator, receiver } = rig;
  receiver.answerWith(() => (receiver.requests.length === 1 ? { status: 503 } : undefined));
  const pending = simulator.createSubscription({ name: 'calls-sub', endpoint: receiver.url });
  await secondHandshake(rig);
  assert.is((await pending).state, 'active');
});

gridTest('an endpoint that says nothing for 30 s is not used', {}, async (rig) => {
  const { simulator, receiver, clock } = rig;
  receiver.answerWith(() => new Promise(() => {}));
  const pending = simulator.createSubscription({ name: 'calls-sub', endpoint: receiver.url });
  await until('a first handshake', () => receiver.requests.length === 1);
  clock.advance(30_000);
  await secondHandshake(rig);
  clock.advance(30_000);
  const { state, problem } = await pending;
  assert.equal({ state, problem }, { state: 'failed', problem: 'no answer within 30 s' });
});

gridTest('an origin that is not Event Grid is not an agreement', {}, async (rig) => {
  const { simulator, receiver } = rig;
  receiver.answerWith(() => ({ status: 200, headers: { 'WebHook-Allowed-Origin': 'elsewhere.example' } }));
  const pending = simulator.createSubscription({ name: 'calls-sub', endpoint: receiver.url, schema: CLOUD_EVENTS });
  await secondHandshake(rig);
  assert.is((await pending).state, 'failed');
});

for (const schema of ['EventGridSchema', CLOUD_EVENTS] as const) {
  gridTest(
    `calling the validation URL takes the place of an answer, ${schema}`,
    {},
    async ({ simulator, receiver }) => {
      receiver.answerWith(() => ({ status: 200 }));
      const wish = { name: 'calls-sub', endpoint: receiver.url, schema };
      assert.is((await simulator.createSubscription(wish)).state, 'awaiting-manual-validation');
      const { body, headers } = receiver.requests[0]!;
      const url = new URL(body?.[0].data.validationUrl ?? headers['webhook-request-callback']);
      const call = (path: string) => send(url.origin, { method: 'GET', path });
      assert.is((await call(`${url.pathname}?subscription=calls-sub&code=guessed`)).status, 404);
      assert.is(simulator.subscriptions()[0]?.state, 'awaiting-manual-validation');
      assert.is((await call(`${url.pathname}${url.search}`)).status, 200);
      assert.is(simulator.subscriptions()[0]?.state, 'active');
    },
  );
}

gridTest('the validation URL is good for ten minutes', {}, async (rig) => {
  const { simulator, receiver, clock } = rig;
  receiver.answerWith(() => ({ status: 200 }));
  await simulator.createSubscription({ name: 'calls-sub', endpoint: receiver.url });
  clock.advance(600_000);
  assert.is(simulator.subscriptions()[0]?.state, 'failed');
  const { validationUrl } = receiver.requests[0]?.body[0].data ?? {};
  const { origin, pathname, search } = new URL(validationUrl);
  assert.is((await send(origin, { method: 'GET', path: `${pathname}${search}` })).status, 404);
});

test.run();
