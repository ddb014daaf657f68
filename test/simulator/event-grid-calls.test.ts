import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';
import { pause, until } from '../support/until.ts';
import { type GridReceiver, startGridReceiver } from './grid-receiver.ts';
import { send } from './raw.ts';
import { call, connectedCall, MEMBER, type Rig } from './rig.ts';
import { LASTING, rigTest } from './suite.ts';

const NAME = 'calls-sub';

/** A test with a rig, and somebody who can be subscribed, closed whatever happens. */
function callTest(
  name: string,
  options: SimulatorOptions,
  run: (rig: Rig, receiver: GridReceiver) => Promise<void>,
): void {
  rigTest(name, options, async (rig) => {
    const receiver = await startGridReceiver();
    try {
      await run(rig, receiver);
    } finally {
      await receiver.close();
    }
  });
}

callTest('by default Event Grid hears nothing of calls to telephones', LASTING, async (rig, receiver) => {
  await rig.simulator.createSubscription({ name: NAME, endpoint: receiver.url });
  const { id } = await connectedCall(rig);
  rig.simulator.hangUp(id);
  await rig.receiver.event('CallDisconnected');
  await pause(10);
  assert.equal(receiver.deliveries(), []);
});

const WITH_CALLS = { ...LASTING, eventGrid: { pstnCallEvents: true } };

callTest(
  'where it is told, an answered call starts and ends under the names of its callbacks',
  WITH_CALLS,
  async (rig, receiver) => {
    await rig.simulator.createSubscription({ name: NAME, endpoint: receiver.url });
    const { id } = await connectedCall(rig);
    rig.simulator.hangUp(id);
    await until('two events', () => receiver.deliveries().length === 2);
    const events = receiver.deliveries().map(({ body }) => body[0]);
    const find = (type: string) => events.find(({ eventType }) => eventType === `Microsoft.Communication.${type}`);
    const { data } = await rig.receiver.event('CallDisconnected');
    for (const event of [find('CallStarted'), find('CallEnded')]) {
      assert.is(event.data.serverCallId, data.serverCallId);
      assert.is(event.data.correlationId, data.correlationId);
      assert.match(event.subject, `call/${data.serverCallId}`);
      assert.match(event.data.startedBy.communicationIdentifier.rawId, /^8:acs:/);
    }
    assert.type(find('CallEnded').data.durationOfCall, 'number');
    assert.is(find('CallEnded').data.callDurationInSeconds, find('CallEnded').data.durationOfCall);
    assert.is(find('CallEnded').data.reason.subCode, 560000);
  },
);

callTest('of a call over Teams it is told nothing, however it is switched', WITH_CALLS, async (rig, receiver) => {
  await rig.simulator.createSubscription({ name: NAME, endpoint: receiver.url });
  const teamsAppSource = { teamsAppId: 'cc123456-5678-4678-9234-ccc123456789' };
  const invite = { targetParticipant: { phoneNumber: MEMBER } };
  await rig.client.createCall(invite, rig.callbackUrl, { teamsAppSource });
  const { data } = await rig.receiver.event('CallConnected');
  rig.simulator.hangUp(data.callConnectionId);
  await rig.receiver.event('CallDisconnected');
  await pause(10);
  assert.equal(receiver.deliveries(), []);
});

callTest('a call that ends without CallDisconnected still ends for Event Grid', WITH_CALLS, async (rig, receiver) => {
  rig.simulator.setFaults({ missingCallDisconnectedRate: 1 });
  await rig.simulator.createSubscription({ name: NAME, endpoint: receiver.url });
  const { id } = await connectedCall(rig);
  rig.simulator.hangUp(id);
  await until('an end', () => receiver.deliveries().some(({ body }) => /CallEnded$/.test(body[0].eventType)));
});

callTest(
  'a call that nobody answers is none for Event Grid',
  { eventGrid: { pstnCallEvents: true }, defaultMember: 'busy' },
  async (rig, receiver) => {
    await rig.simulator.createSubscription({ name: NAME, endpoint: receiver.url });
    await call(rig);
    await rig.receiver.event('CreateCallFailed');
    await pause(10);
    assert.equal(receiver.deliveries(), []);
  },
);

callTest('subscriptions and events are managed through the control API', {}, async ({ simulator }, receiver) => {
  const control = (method: string, path: string, body?: unknown) =>
    send(simulator.url, { method, path: `/_simulator/event-grid${path}`, body });
  const wish = { endpoint: receiver.url, headers: { 'X-Secret': 's3cret' } };
  assert.is((await control('PUT', `/subscriptions/${NAME}`, wish)).json.state, 'active');
  const { id } = (await control('POST', '/events', { type: 'Made.Up' })).json;
  await until('a delivery', () => receiver.deliveries().length === 1);
  assert.is(receiver.deliveries()[0]?.body[0].id, id);
  const { text, json } = await control('GET', '/subscriptions');
  assert.is(json.subscriptions[0].name, NAME);
  assert.not.match(text, 's3cret');
  assert.equal((await control('GET', '/topics/notices/events')).json, { events: [] });
  assert.equal((await control('GET', '/dead-letters')).json, { deadLetters: [] });
  assert.is((await control('DELETE', `/subscriptions/${NAME}`)).status, 204);
  assert.is((await control('DELETE', `/subscriptions/${NAME}`)).json.code, 'UNKNOWN_SUBSCRIPTION');
  assert.is(
    (await control('PUT', `/subscriptions/${NAME}`, { endpoint: 'nowhere' })).json.code,
    'INVALID_SUBSCRIPTION',
  );
  assert.is((await control('POST', '/events', { data: 1 })).json.code, 'INVALID_EVENT');
  receiver.answerWith(() => ({ status: 500 }));
  assert.is((await control('PUT', `/subscriptions/${NAME}`, wish)).json.code, 'ENDPOINT_NOT_VALIDATED');
});

callTest('subscriptions of the start outlive a reset, others do not', {}, async (_bench, receiver) => {
  const subscriptions = [{ name: 'first-sub', endpoint: receiver.url }];
  const simulator = await startSimulator({ eventGrid: { subscriptions } });
  try {
    await until('the first one', () => simulator.subscriptions()[0]?.state === 'active');
    await simulator.createSubscription({ name: 'second-sub', endpoint: receiver.url });
    simulator.reset();
    const left = simulator.subscriptions().map(({ name, state }) => `${name} ${state}`);
    assert.equal(left, ['first-sub active']);
    simulator.publishEvent({ type: 'Made.Up' });
    await until('a delivery', () => receiver.deliveries().length === 1);
  } finally {
    await simulator.close();
  }
});

test.run();
