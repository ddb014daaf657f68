import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Entry } from '../../src/domain/entries.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { allEntries } from '../support/entries.ts';
import { freePort } from '../support/free-port.ts';
import { inQuarantine } from '../support/quarantine.ts';
import { until } from '../support/until.ts';
import { assertSound, callAll, membersOf, type Person, type Rig, scriptsOf, startRig, TIME_SCALE } from './rig.ts';

const SECRET = 'the-secret-that-event-grid-sends-along';
const people: readonly Person[] = ['answers-all', 'says-no', 'answers-all', 'busy'].map((behaviour) => ({
  behaviour: behaviour as Person['behaviour'],
  name: 'Zerbinette Quacksalver',
}));

let simulator: Simulator;
let rig: Rig;

test.before(async () => {
  simulator = await startSimulator({
    seed: 1,
    timeScale: TIME_SCALE,
    callsPerCallerId: 0,
    members: scriptsOf(people),
    faults: { eventGridDuplicateRate: 0.5, topicErrorRate: 1, topicFaultsMax: 2 },
    // The real service sends none for telephones; with them the second witness is heard.
    eventGrid: { pstnCallEvents: true },
  });
  const port = await freePort();
  rig = await startRig({
    people,
    outside: simulator,
    env: {
      ...simulator.settings,
      PORT: String(port),
      PUBLIC_BASE_URL: `http://127.0.0.1:${port}`,
      EVENT_GRID_SUBSCRIPTIONS: 'grid-schema,cloud-schema',
      EVENT_GRID_SECRET: SECRET,
      EVENT_GRID_TOPIC_ENDPOINT: simulator.topicEndpoint('plan'),
      EVENT_GRID_TOPIC_KEY: simulator.topicKey,
    },
  });
});
test.after(async () => {
  await rig.close();
  await simulator.close();
});

function subscribe(name: string, schema: 'EventGridSchema' | 'CloudEventSchemaV1_0', secret: string) {
  return simulator.createSubscription({
    name,
    schema,
    endpoint: `${rig.url}/api/calls/events`,
    headers: { 'x-callistra-event-grid-secret': secret },
    maxEvents: 10,
  });
}

test('only subscriptions that are allowed, with the secret, pass the handshake of their schema', async () => {
  assert.is((await subscribe('grid-schema', 'EventGridSchema', SECRET)).state, 'active');
  assert.is((await subscribe('cloud-schema', 'CloudEventSchemaV1_0', SECRET)).state, 'active');
  assert.is.not((await subscribe('stranger', 'EventGridSchema', SECRET)).state, 'active');
  assert.is.not(
    (await subscribe('cloud-schema-2', 'CloudEventSchemaV1_0', 'a-secret-of-somebody-else')).state,
    'active',
  );
});

const fromGrid = (entries: readonly Entry[]) =>
  entries.filter(({ actor, kind }) => actor === 'event-grid' && kind === 'callback');

test('what Event Grid delivers stands in the stream of its call, once, and changes no result', async () => {
  const calls = await callAll(rig.url, membersOf(people));
  assert.equal(
    calls.map(({ disposition }) => disposition),
    ['completed', 'not-available', 'completed', 'busy'],
  );
  const answered = calls.filter(({ disposition }) => disposition !== 'busy');
  const { log } = rig.server.stores;
  for (const { callSessionId } of answered) {
    await until('the end of the call was told', async () => {
      const types = fromGrid(await log.read(callSessionId)).map(({ type }) => type);
      return types.filter((type) => type === 'Microsoft.Communication.CallEnded').length > 0;
    });
  }
  // Events that came before ACS had told the call's ids wait in the quarantine: now they can be handed over.
  for (const { id } of await inQuarantine(rig.server.app)) {
    assert.is(await rig.server.app.releaseQuarantined(id, 'operator:local'), 'released');
  }
  assert.equal(await inQuarantine(rig.server.app), []);
  const witnessed = fromGrid(await allEntries(log)).filter(({ stream }) => !stream.startsWith('quarantine:'));
  assert.is(new Set(witnessed.map(({ id }) => id)).size, witnessed.length, 'each event once');
  for (const { callSessionId } of answered) {
    const types = witnessed.filter(({ stream }) => stream === callSessionId).map(({ type }) => type);
    assert.ok(types.includes('Microsoft.Communication.CallStarted'), 'its beginning is there too');
  }
  await rig.server.app.idle();
  await assertSound(rig.server.stores);
});

test('the topic is told of every end and every answer, although it failed at first, and of nobody’s name, number or answer', async () => {
  const told = () => simulator.topicEvents('plan').map(({ event }) => event as { type: string; id: string });
  await until(
    'everything is told',
    () => told().filter(({ type }) => type === 'Callistra.CallEnded').length >= people.length,
  );
  await until('answers are told', () => told().filter(({ type }) => type === 'Callistra.ResponseRecorded').length >= 6);
  assert.is(new Set(told().map(({ id }) => id)).size, people.length + 6);
  const text = JSON.stringify(simulator.topicEvents('plan'));
  for (const secret of ['Zerbinette', '5550103', '"yes"', '"no"']) assert.not.match(text, secret);
});

test.run();
