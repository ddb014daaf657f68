import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import { TIMING } from '../../../src/domain/call/timing.ts';
import { openRig, type Rig } from '../../app/rig.ts';
import { callback } from '../../support/callbacks.ts';
import { until } from '../../support/until.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { openQueuesRig, type QueuesRig } from './rig.ts';

const NOBODY = 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;QueueEndpoint=http://127.0.0.1:1/a';
const THREE = { concurrentCalls: 3, callsPerSecond: 1_000 };

let account: QueuesRig;
let rig: Rig;

test.before.each(async () => {
  account = await openQueuesRig();
});
test.after.each(async () => {
  await rig.close();
  await account.close();
});

async function initiate(app: RunningCallApp, number: number, priority?: 'low'): Promise<string> {
  const asked = { memberId: `M-${number}`, actor: 'coordinator:ann', ...(priority && { priority }) };
  const result = await app.initiate(asked);
  assert.ok(result.ok, JSON.stringify(result));
  return result.callSessionId;
}

const typesOf = async (call: string) => (await rig.stream(call)).map(({ type }) => type);

async function placed(calls: readonly string[]): Promise<string[]> {
  const types = await Promise.all(calls.map(typesOf));
  return calls.filter((_, index) => types[index]?.includes('PlaceCall'));
}

const ends = async (app: RunningCallApp, call: string) => {
  const failed = callback('CreateCallFailed', { resultInformation: { code: 486, subCode: 560486 } });
  assert.is(await app.recordCallbacks(call, [failed]), 'recorded');
};

test('two instances together hold no more calls than one number may; ends that the other one heard make room too', async () => {
  rig = await openRig();
  const apps: RunningCallApp[] = [];
  for (let count = 0; count < 2; count += 1) {
    apps.push(await rig.start({ dialPolicy: THREE, permits: account.open({ limits: THREE }).permits }));
  }
  const calls: string[] = [];
  for (let number = 1; number <= 8; number += 1) calls.push(await initiate(apps[number % 2]!, number));
  const ended = new Set<string>();
  while (ended.size < calls.length) {
    let standing: string[] = [];
    await until('a call that is dialled', async () => {
      standing = (await placed(calls)).filter((call) => !ended.has(call));
      assert.ok(standing.length <= 3, `${standing.length} at once`);
      return standing.length > 0 && (standing.length === 3 || standing.length + ended.size === calls.length);
    });
    const [first] = standing;
    ended.add(first!);
    // By turns to either instance, whichever has dialled.
    await ends(apps[ended.size % 2]!, first!);
  }
  assert.is(rig.simulator.stats().dials, 8);
});

test('a call whose instance died is taken up by another that a message has told of it', async () => {
  rig = await openRig();
  const timing = { ...TIMING, ringMs: 1_000 };
  const { wakeUps } = account.open();
  // It finds nothing by itself: no row is shown to it.
  const blind = { ...rig.deps.readStore, open: async () => [] };
  await rig.start({ wakeUps, timing, readStore: blind });
  const dying = await rig.start({ wakeUps, timing });
  const call = await initiate(dying, 1);
  await dying.close();
  await until('the deadline', async () => (await typesOf(call)).includes('DeadlinePassed'));
});

test('a call that has ended leaves no message behind', async () => {
  rig = await openRig();
  const queues = account.open();
  await queues.check();
  const app = await rig.start({ wakeUps: queues.wakeUps });
  const queue = account.service.getQueueClient(account.names.calls);
  const messages = async () => (await queue.getProperties()).approximateMessagesCount;
  const call = await initiate(app, 1);
  await until('the message', async () => (await messages()) === 1);
  await ends(app, call);
  await until('none', async () => (await messages()) === 0);
});

test('without its queues an application starts, says so, and waits; after two minutes it dials one call at a time', async () => {
  const clock = virtualClock();
  rig = await openRig({ clock });
  const { permits, wakeUps } = account.open({ connectionString: NOBODY, limits: THREE, clock });
  const app = await rig.start({ dialPolicy: THREE, permits, wakeUps });
  const calls = [await initiate(app, 1), await initiate(app, 2)];
  for (let second = 0; second < 110; second += 1) await clock.advance(1_000);
  assert.equal(await placed(calls), []);
  const { problems, ready } = app.health();
  assert.ok(ready);
  assert.match(problems.join('\n'), 'dialling is paused: the dial queue cannot be reached');
  assert.match(problems.join('\n'), 'the wake-up queue cannot be used: QUEUE_UNAVAILABLE');
  await until('one dial', async () => {
    await clock.advance(1_000);
    return (await placed(calls)).length > 0;
  });
  for (let second = 0; second < 15; second += 1) await clock.advance(1_000);
  const [first] = await placed(calls);
  assert.is((await placed(calls)).length, 1);
  await ends(app, first!);
  await until('the next', async () => {
    await clock.advance(1_000);
    return (await placed(calls)).length === 2;
  });
  for (const { fields } of [...rig.journal, ...account.journal]) {
    assert.not.match(JSON.stringify(fields), /\+1555|127\.0\.0\.1/);
  }
});

test('a dial that the provider refuses for now gives its place back', async () => {
  // Time stands still: the dial is not tried again, and no place runs out before the test does.
  const clock = virtualClock();
  rig = await openRig({ clock, faults: { throttleRate: 1 } });
  const limits = { concurrentCalls: 1, callsPerSecond: 1_000 };
  const app = await rig.start({ dialPolicy: limits, permits: account.open({ limits, clock }).permits });
  const call = await initiate(app, 1);
  await until('the refusal', async () => {
    await clock.advance(10);
    return (await typesOf(call)).includes('Rejected');
  });
  const other = account.open({ limits });
  await until('a place', async () => 'held' in (await other.permits.acquire()));
});

test.run();
