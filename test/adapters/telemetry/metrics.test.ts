import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AppHealth } from '../../../src/app/api.ts';
import { CALL, Conversation } from '../../domain/call/conversation.ts';
import { HEALTHY } from '../../http/fake-app.ts';
import { startRig } from './rig.ts';
import { CANARIES, completed, talkative, tell } from './samples.ts';

const HEALTH: AppHealth = {
  ...HEALTHY,
  projectionLagMs: 1_500,
  openCalls: 7,
  dispatching: 2,
  dialling: { ...HEALTHY.dialling, waiting: 3, active: 4, limit: 10 },
  parked: [CALL],
  quarantined: 5,
  problems: [`call ${CALL} is set aside`],
  problemCounts: { ...HEALTHY.problemCounts, CALL_PARKED: 1 },
};

type Lasted = { readonly count: number; readonly sum: number };

test('calls are counted by disposition and timed once they have ended', async () => {
  const { telemetry, streams, values } = await startRig();
  const call = completed();
  streams.set(CALL, call.log);
  tell(telemetry.observe, CALL, call.log);
  const now = await values();
  assert.is(now['callistra.calls {"disposition":"completed"}'], 1);
  const { count, sum } = now['callistra.call.duration {"disposition":"completed"}'] as Lasted;
  assert.is(count, 1);
  assert.is(sum, (Date.parse(call.state?.ending?.at ?? '') - Date.parse(call.log[0]?.at ?? '')) / 1_000);
  await telemetry.close();
});

test('questions are counted by number and whether they were answered, never by the answer', async () => {
  const { telemetry, streams, values } = await startRig();
  const call = Conversation.withPerson().accepted().press('one').accepted().silent().disconnected();
  streams.set(CALL, call.log);
  tell(telemetry.observe, CALL, call.log);
  const answers = Object.entries(await values()).filter(([name]) => name.startsWith('callistra.answers'));
  assert.equal(Object.fromEntries(answers), {
    'callistra.answers {"question":1,"result":"answered"}': 1,
    'callistra.answers {"question":2,"result":"timeout"}': 1,
  });
  await telemetry.close();
});

test('the answers of ACS are counted and timed as they come, by command and outcome', async () => {
  const { telemetry, values } = await startRig();
  const call = Conversation.initiated().wait(240).refused(429, true).deadline().timedOut();
  tell(telemetry.observe, CALL, call.log);
  const now = await values();
  assert.is(now['callistra.commands {"type":"PlaceCall","outcome":"rejected"}'], 1);
  assert.is(now['callistra.commands {"type":"PlaceCall","outcome":"unknown"}'], 1);
  const { count, sum } = now['callistra.command.duration {"type":"PlaceCall","outcome":"rejected"}'] as Lasted;
  assert.is(count, 1);
  assert.is(sum, 0.25);
  await telemetry.close();
});

test('an answer to a command that another process sent is counted and not timed', async () => {
  const { telemetry, values, metricNames } = await startRig();
  const call = Conversation.initiated().accepted();
  telemetry.observe(call.state!, call.log.slice(-1));
  assert.is((await values())['callistra.commands {"type":"other","outcome":"accepted"}'], 1);
  assert.not.ok((await metricNames()).includes('callistra.command.duration'));
  await telemetry.close();
});

test('callbacks are counted by type, and a type that nobody knows is just another', async () => {
  const { telemetry, values } = await startRig();
  tell(telemetry.observe, CALL, talkative().log);
  const now = await values();
  assert.is(now['callistra.callbacks {"type":"CallConnected"}'], 1);
  assert.is(now['callistra.callbacks {"type":"other"}'], 1);
  await telemetry.close();
});

test('the state of the application is read for each export', async () => {
  const { telemetry, values } = await startRig();
  let openCalls = 7;
  telemetry.watchHealth(() => ({ ...HEALTH, openCalls }));
  const before = await values();
  assert.is(before['callistra.calls.open {}'], 7);
  assert.is(before['callistra.projection.lag {}'], 1.5);
  assert.is(before['callistra.dial.waiting {}'], 3);
  assert.is(before['callistra.calls.parked {}'], 1);
  assert.is(before['callistra.callbacks.quarantined {}'], 5);
  assert.is(before['callistra.problems {"code":"CALL_PARKED"}'], 1);
  assert.is(before['callistra.problems {"code":"DIALLING_PAUSED"}'], 0);
  openCalls = 8;
  assert.is((await values())['callistra.calls.open {}'], 8);
  await telemetry.close();
});

test('no number, name, answer, prompt or id is in any metric', async () => {
  const { telemetry, streams, values } = await startRig();
  telemetry.watchHealth(() => HEALTH);
  for (const call of [completed(), talkative()]) {
    streams.set(CALL, call.log);
    tell(telemetry.observe, CALL, call.log);
    await telemetry.flush();
  }
  const exported = JSON.stringify(await values());
  assert.ok(exported.includes('callistra.answers'));
  for (const canary of [...CANARIES, CALL]) assert.not.ok(exported.includes(canary), canary);
  await telemetry.close();
});

test.run();
