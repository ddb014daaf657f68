import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { InitiateCallBody } from '../../src/domain/call/bodies.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import {
  answersOf,
  assertDialledOnce,
  assertSound,
  callAll,
  type Person,
  type Rig,
  scriptsOf,
  startRig,
  statusOf,
  TIME_SCALE,
} from './rig.ts';

const ACCOUNT = 'cc123456-5678-4678-9234-ccc123456789';
const LINE = `28:orgid:${ACCOUNT}`;
const SECRET = 'the-secret-that-event-grid-sends-along';
const people: readonly Person[] = ['answers-all', 'says-no', 'silent-mailbox', 'busy', 'rings-out', 'declines'].map(
  (behaviour) => ({ behaviour: behaviour as Person['behaviour'] }),
);

let simulator: Simulator;
let rig: Rig;

test.before(async () => {
  simulator = await startSimulator({
    seed: 1,
    timeScale: TIME_SCALE,
    callsPerCallerId: 0,
    members: scriptsOf(people),
    faults: { callbackReorderWindowMs: 5_000, callbackDuplicateRate: 0.3, missingCallDisconnectedRate: 0.3 },
    // Of these calls it tells nothing all the same.
    eventGrid: { pstnCallEvents: true },
  });
  const port = await freePort();
  const { ACS_CALLER_ID: _, ...settings } = simulator.settings;
  const url = `http://127.0.0.1:${port}`;
  rig = await startRig({
    people,
    outside: simulator,
    env: {
      ...settings,
      ACS_TEAMS_RESOURCE_ACCOUNT: ACCOUNT,
      PORT: String(port),
      PUBLIC_BASE_URL: url,
      EVENT_GRID_SUBSCRIPTIONS: 'calls',
      EVENT_GRID_SECRET: SECRET,
    },
  });
  const headers = { 'x-callistra-event-grid-secret': SECRET };
  await simulator.createSubscription({ name: 'calls', endpoint: `${url}/api/calls/events`, headers });
});
test.after(async () => {
  await rig.close();
  await simulator.close();
});

test('over Teams every call ends as over a number, without a word of Event Grid', async () => {
  const calls = await callAll(rig.url, rig.members);
  assert.equal(
    calls.map(({ disposition }) => disposition),
    ['completed', 'not-available', 'no-person', 'busy', 'no-answer', 'declined'],
  );
  assert.equal(answersOf(calls[0]!), ['1:yes', '2:yes', '3:yes']);
  // Of who was not reached two words are told, in any order: a call that has ended by the one may be failed by the other.
  await until('every word on the calls', () => simulator.stats().callbacksPending === 0);
  await rig.server.app.idle();
  const told = await Promise.all(calls.map(({ callSessionId }) => statusOf(rig.url, callSessionId)));
  assert.equal(
    told.map(({ status }) => status),
    ['Disconnected', 'Disconnected', 'Disconnected', 'Failed', 'Failed', 'Failed'],
  );
  assert.is(rig.server.app.health().eventGrid.events, 0);
  assert.equal(rig.server.app.health().problems, []);
});

test('each was placed by the account, once, and its log names the line', async () => {
  assert.equal([...new Set(simulator.calls().map(({ from }) => from))], [LINE]);
  assertDialledOnce(simulator, rig.members, true);
  const { log } = rig.server.stores;
  for await (const stream of log.registered(new Date(0))) {
    const [first] = await log.read(stream);
    if (first?.type === 'InitiateCall') assert.is((JSON.parse(first.data) as InitiateCallBody).callerId, LINE);
  }
  await rig.server.app.idle();
  await assertSound(rig.server.stores);
});

test('a start warns of events that cannot come', () => {
  assert.ok(rig.logged.some((line) => line.includes('EVENT_GRID_SUBSCRIPTIONS') && line.includes('"SETTING"')));
});

test.run();
