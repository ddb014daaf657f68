import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, call, connectedCall, endOf, errorOf, MEMBER } from './support/bench.ts';
import { benchTest, LASTING, until } from './support/suite.ts';

const SILENT = { defaultMember: 'silent-mailbox' } as const;
const count = (types: string[], wanted: string) => types.filter((type) => type === wanted).length;

benchTest('a duplicated event comes twice with one id', { faults: { callbackDuplicateRate: 1 } }, async (bench) => {
  await connectedCall(bench);
  await until(() => bench.receiver.events().length === 4, 'two events, twice');
  const ids = bench.receiver.events().map(({ id }) => id);
  assert.is(new Set(ids).size, 2);
});

benchTest(
  'a dropped event never comes',
  { faults: { callbackDropRate: 1, callbackTypes: ['CallConnected'] } },
  async (bench) => {
    const { callConnection } = await call(bench);
    await bench.receiver.event('ParticipantsUpdated');
    await callConnection.hangUp(true);
    await bench.receiver.event('CallDisconnected');
    assert.equal(bench.receiver.types(), ['ParticipantsUpdated', 'CallDisconnected']);
    assert.is(bench.simulator.stats().callbacksDropped, 1);
  },
);

benchTest(
  'faults touch only the event types that are named',
  { faults: { callbackDuplicateRate: 1, callbackTypes: ['CallConnected'] } },
  async (bench) => {
    await connectedCall(bench);
    await until(() => bench.receiver.events().length === 3, 'three events');
    assert.is(count(bench.receiver.types(), 'CallConnected'), 2);
  },
);

benchTest(
  'a reorder window lets events overtake each other',
  { ...SILENT, faults: { callbackReorderWindowMs: 20_000 } },
  async (bench) => {
    const { media } = await connectedCall(bench);
    for (let i = 0; i < 8; i++) await ask(media, `q-${i}`);
    await until(() => count(bench.receiver.types(), 'RecognizeCanceled') === 7, 'seven cancelled');
    const order = bench.receiver
      .events()
      .map(({ data }) => data.operationContext ?? '')
      .filter((context) => context.startsWith('q-'));
    assert.is.not(order.join(), [...order].sort().join());
  },
);

benchTest('a delay holds every event and keeps the order', { faults: { callbackDelayMs: 20_000 } }, async (bench) => {
  await call(bench);
  await until(() => bench.simulator.calls()[0]?.state === 'connected', 'the answer');
  assert.is(bench.receiver.received.length, 0);
  await bench.receiver.event('CallConnected');
  const [{ connectedAtMs = 0 } = {}] = bench.simulator.calls();
  assert.ok((bench.receiver.received[0]?.atMs ?? 0) - connectedAtMs >= 95);
});

benchTest(
  'an event can come before the response to the request that caused it',
  { ...LASTING, faults: { callbackBeforeResponseRate: 1 } },
  async (bench) => {
    await call(bench);
    assert.ok(bench.receiver.received.length > 0);
  },
);

benchTest('two events can come in one array', { faults: { callbackPairRate: 1 } }, async (bench) => {
  await connectedCall(bench);
  assert.is(bench.receiver.received.length, 1);
  assert.is(bench.receiver.received[0]?.events.length, 2);
});

benchTest(
  'an event that waits in vain for a second one comes alone',
  { faults: { callbackPairRate: 1 } },
  async (bench) => {
    bench.simulator.setMember(MEMBER, 'busy');
    await call(bench);
    await bench.receiver.event('CreateCallFailed');
    assert.is(bench.receiver.received[0]?.events.length, 1);
    await until(() => bench.simulator.stats().callbacksPending === 0, 'nothing pending');
  },
);

benchTest('an event of an unknown type can follow', { faults: { callbackUnknownTypeRate: 1 } }, async (bench) => {
  bench.simulator.setMember(MEMBER, 'busy');
  await call(bench);
  await until(() => bench.receiver.events().length === 2, 'two events');
  assert.equal(bench.receiver.types(), ['CreateCallFailed', 'SimulatedUnknownEvent']);
  const [known, unknown] = bench.receiver.events();
  assert.is.not(unknown?.id, known?.id);
});

benchTest(
  'RecognizeCanceled can come after CallDisconnected',
  { ...LASTING, faults: { lateRecognizeCanceledRate: 1 } },
  async (bench) => {
    const { id, media } = await connectedCall(bench);
    await ask(media, 'q');
    bench.simulator.hangUp(id);
    assert.is(await endOf(bench, 'q'), 'RecognizeCanceled 400/8508');
    assert.equal(bench.receiver.types().slice(-2), ['CallDisconnected', 'RecognizeCanceled']);
  },
);

benchTest(
  'CallDisconnected can be missing, and then GET finds nothing however long it could',
  { ...LASTING, faults: { missingCallDisconnectedRate: 1, disconnectedReadableMs: 86_400_000 } },
  async (bench) => {
    const { id, connection, media } = await connectedCall(bench);
    await ask(media, 'q');
    bench.simulator.hangUp(id);
    await endOf(bench, 'q');
    const error = await errorOf(connection.getCallConnectionProperties());
    assert.equal([error?.statusCode, error?.code], [404, '8522']);
    await until(() => bench.simulator.stats().callbacksPending === 0, 'nothing pending');
    assert.not(bench.receiver.types().includes('CallDisconnected'));
  },
);

test.run();
