import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../support/until.ts';
import { ask, call, connectedCall, endOf, errorOf, MEMBER } from './rig.ts';
import { LASTING, rigTest } from './suite.ts';

const SILENT = { defaultMember: 'silent-mailbox' } as const;
const count = (types: string[], wanted: string) => types.filter((type) => type === wanted).length;

rigTest('a duplicated event comes twice with one id', { faults: { callbackDuplicateRate: 1 } }, async (rig) => {
  await connectedCall(rig);
  await until('two events, twice', () => rig.receiver.events().length === 4);
  const ids = rig.receiver.events().map(({ id }) => id);
  assert.is(new Set(ids).size, 2);
});

rigTest(
  'an event can go to the address of another call too, with its own connection in it',
  { faults: { callbackStrayRate: 1, callbackTypes: ['CallConnected'] } },
  async (rig) => {
    await connectedCall(rig);
    const { id } = await connectedCall({ ...rig, callbackUrl: `${rig.receiver.url}/callbacks?call=2` });
    const postedTo = () =>
      rig.receiver.received
        .filter(({ events }) =>
          events.some(({ type, data }) => /CallConnected$/.test(type) && data.callConnectionId === id),
        )
        .map(({ url }) => new URLSearchParams(url.split('?')[1]).get('call'));
    await until('both', () => postedTo().length === 2);
    assert.equal(postedTo().sort(), ['1', '2']);
  },
);

rigTest(
  'a dropped event never comes',
  { faults: { callbackDropRate: 1, callbackTypes: ['CallConnected'] } },
  async (rig) => {
    const { callConnection } = await call(rig);
    await rig.receiver.event('ParticipantsUpdated');
    await callConnection.hangUp(true);
    await rig.receiver.event('CallDisconnected');
    assert.equal(rig.receiver.types(), ['ParticipantsUpdated', 'CallDisconnected']);
    assert.is(rig.simulator.stats().callbacksDropped, 1);
  },
);

rigTest(
  'faults touch only the event types that are named',
  { faults: { callbackDuplicateRate: 1, callbackTypes: ['CallConnected'] } },
  async (rig) => {
    await connectedCall(rig);
    await until('three events', () => rig.receiver.events().length === 3);
    assert.is(count(rig.receiver.types(), 'CallConnected'), 2);
  },
);

rigTest(
  'a reorder window lets events overtake each other',
  { ...SILENT, faults: { callbackReorderWindowMs: 20_000 } },
  async (rig) => {
    const { media } = await connectedCall(rig);
    for (let i = 0; i < 8; i++) await ask(media, `q-${i}`);
    await until('seven cancelled', () => count(rig.receiver.types(), 'RecognizeCanceled') === 7);
    const order = rig.receiver
      .events()
      .map(({ data }) => data.operationContext ?? '')
      .filter((context) => context.startsWith('q-'));
    assert.is.not(order.join(), [...order].sort().join());
  },
);

rigTest('a delay holds every event and keeps the order', { faults: { callbackDelayMs: 20_000 } }, async (rig) => {
  await call(rig);
  await until('the answer', () => rig.simulator.calls()[0]?.state === 'connected');
  assert.is(rig.receiver.received.length, 0);
  await rig.receiver.event('CallConnected');
  const [{ connectedAtMs = 0 } = {}] = rig.simulator.calls();
  assert.ok((rig.receiver.received[0]?.atMs ?? 0) - connectedAtMs >= 95);
});

rigTest(
  'an event can come before the response to the request that caused it',
  { ...LASTING, faults: { callbackBeforeResponseRate: 1 } },
  async (rig) => {
    await call(rig);
    assert.ok(rig.receiver.received.length > 0);
  },
);

rigTest('two events can come in one array', { faults: { callbackPairRate: 1 } }, async (rig) => {
  await connectedCall(rig);
  assert.is(rig.receiver.received.length, 1);
  assert.is(rig.receiver.received[0]?.events.length, 2);
});

rigTest(
  'an event that waits in vain for a second one comes alone',
  { faults: { callbackPairRate: 1 } },
  async (rig) => {
    rig.simulator.setMember(MEMBER, 'busy');
    await call(rig);
    await rig.receiver.event('CreateCallFailed');
    assert.is(rig.receiver.received[0]?.events.length, 1);
    await until('nothing pending', () => rig.simulator.stats().callbacksPending === 0);
  },
);

rigTest('an event of an unknown type can follow', { faults: { callbackUnknownTypeRate: 1 } }, async (rig) => {
  rig.simulator.setMember(MEMBER, 'busy');
  await call(rig);
  await until('two events', () => rig.receiver.events().length === 2);
  assert.equal(rig.receiver.types(), ['CreateCallFailed', 'SimulatedUnknownEvent']);
  const [known, unknown] = rig.receiver.events();
  assert.is.not(unknown?.id, known?.id);
});

rigTest(
  'RecognizeCanceled can come after CallDisconnected',
  { ...LASTING, faults: { lateRecognizeCanceledRate: 1 } },
  async (rig) => {
    const { id, media } = await connectedCall(rig);
    await ask(media, 'q');
    rig.simulator.hangUp(id);
    assert.is(await endOf(rig, 'q'), 'RecognizeCanceled 400/8508');
    assert.equal(rig.receiver.types().slice(-2), ['CallDisconnected', 'RecognizeCanceled']);
  },
);

rigTest(
  'CallDisconnected can be missing, and then GET finds nothing however long it could',
  { ...LASTING, faults: { missingCallDisconnectedRate: 1, disconnectedReadableMs: 86_400_000 } },
  async (rig) => {
    const { id, connection, media } = await connectedCall(rig);
    await ask(media, 'q');
    rig.simulator.hangUp(id);
    await endOf(rig, 'q');
    const error = await errorOf(connection.getCallConnectionProperties());
    assert.equal([error?.statusCode, error?.code], [404, '8522']);
    await until('nothing pending', () => rig.simulator.stats().callbacksPending === 0);
    assert.not(rig.receiver.types().includes('CallDisconnected'));
  },
);

test.run();
