import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import { decide } from '../../../src/domain/call/decide.ts';
import { callback } from '../../support/callbacks.ts';
import { until } from '../../support/until.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';

const ask = (memberId: string) => ({ memberId, actor: 'coordinator:ann' });

let clock: VirtualClock;
let rig: Rig;
let app: RunningCallApp;

test.before.each(async () => {
  clock = virtualClock();
  rig = await openRig({ clock });
});
test.after.each(() => rig.close());

async function begin(from: RunningCallApp, memberId: string): Promise<string> {
  const result = await from.initiate(ask(memberId));
  assert.ok(result.ok);
  await from.idle();
  return result.callSessionId;
}

/** Tells an instance something of the leg that the provider holds for the call. */
async function hear(by: RunningCallApp, call: string, name: string): Promise<void> {
  const accepted = (await rig.stream(call)).find(({ type }) => type === 'Accepted');
  const { callConnectionId } = JSON.parse(accepted?.data ?? '{}') as { callConnectionId?: string };
  assert.is(await by.recordCallbacks(call, [callback(name, { callConnectionId })]), 'recorded');
}

/** Whether all calls are over, asked without waiting for it. */
function watch(by: RunningCallApp): { over: boolean } {
  const seen = { over: false };
  void by.callsOver().then(() => {
    seen.over = true;
  });
  return seen;
}

test('without a call that stands there is nothing to wait for; one that waits to be dialled does not stand', async () => {
  app = await rig.start({ dialPolicy: { concurrentCalls: 1, callsPerSecond: 10_000 } });
  await app.callsOver();
  const first = await begin(app, 'M-1');
  await begin(app, 'M-2');
  app.stopDialling();
  const seen = watch(app);
  await clock.advance(1_000);
  assert.is(seen.over, false);
  await hear(app, first, 'CallDisconnected');
  await until('all is over', () => seen.over);
  assert.is(rig.simulator.stats().dials, 1);
});

test('after the word to stop nobody is dialled: neither who waits, nor who asks, nor a second time', async () => {
  app = await rig.start();
  app.stopDialling();
  const call = await begin(app, 'M-1');
  await clock.advance(3_600_000);
  await app.idle();
  assert.is(rig.simulator.stats().dials, 0);
  assert.equal(
    (await rig.stream(call)).map(({ type }) => type),
    ['InitiateCall'],
  );
});

test('a call that stands goes on after the word to stop: it is heard, and what follows is sent', async () => {
  app = await rig.start();
  const call = await begin(app, 'M-1');
  app.stopDialling();
  await hear(app, call, 'CallConnected');
  await app.idle();
  assert.ok((await rig.stream(call)).some(({ type }) => type === 'AskQuestion'));
});

test('a call that another instance goes on with is not waited for, until it is heard of here again', async () => {
  app = await rig.start();
  const call = await begin(app, 'M-1');
  const other = await rig.start();
  app.stopDialling();
  const seen = watch(app);
  await clock.advance(10_000);
  assert.is(seen.over, false, 'nobody else has heard of it');
  await hear(other, call, 'CallConnected');
  await other.idle();
  await clock.advance(2_000);
  await until('all is over', () => seen.over);

  await hear(app, call, 'PlayStarted');
  assert.is(watch(app).over, false);
  const last = watch(app);
  await hear(app, call, 'CallDisconnected');
  await until('all is over', () => last.over);
});

test('a call that is set aside is not waited for: nobody hears of its end', async () => {
  app = await rig.start({
    decide(id, state, input, context) {
      if (input.type === 'Callback') throw new TypeError('a rule has a bug');
      return decide(id, state, input, context);
    },
  });
  const call = await begin(app, 'M-1');
  const seen = watch(app);
  assert.is(await app.recordCallbacks(call, [callback('CallConnected', {})]).catch(() => 'refused'), 'refused');
  assert.equal(app.health().parked, [call]);
  await until('all is over', () => seen.over);
});

test('an application that closes while a call stands leaves no alarm behind, and nobody waiting', async () => {
  const before = clock.alarms();
  app = await rig.start();
  await begin(app, 'M-1');
  const seen = watch(app);
  await clock.advance(3_000);
  assert.is(seen.over, false);
  await app.close();
  await until('nobody waits any more', () => seen.over);
  assert.is(clock.alarms(), before);
});

test('a call that an instance finds at its start is its own', async () => {
  const dying = await rig.start();
  const call = await begin(dying, 'M-1');
  await dying.close();
  app = await rig.start();
  const seen = watch(app);
  await clock.advance(2_000);
  assert.is(seen.over, false);
  await hear(app, call, 'CallDisconnected');
  await until('all is over', () => seen.over);
});

test.run();
