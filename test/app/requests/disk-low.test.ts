import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import { callback } from '../../support/callbacks.ts';
import { until } from '../../support/until.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';

type Context = { rig: Rig; clock: VirtualClock; app: RunningCallApp; disk: { free: number } };

const test = suite<Context>('a disk that is nearly full');
const ann = (memberId: string, idempotencyKey?: string) => ({
  memberId,
  actor: 'coordinator:ann',
  ...(idempotencyKey !== undefined && { idempotencyKey }),
});
/** As if each member had a number of its own with one line. */
const ONE_AT_A_TIME = { concurrentCalls: 1, callsPerSecond: 1_000 };

test.before.each(async (context) => {
  context.clock = virtualClock();
  context.rig = await openRig({ clock: context.clock });
  const disk = { free: 1_000 };
  context.disk = disk;
  const logDisk = { reserveBytes: 500, freeBytes: async () => disk.free };
  context.app = await context.rig.start({ logDisk, dialPolicy: ONE_AT_A_TIME });
  await context.clock.advance(0);
});
test.after.each(({ rig }) => rig.close());

test('no new call is taken, and nothing of one is written', async ({ rig, clock, app, disk }) => {
  disk.free = 499;
  await clock.advance(5_000);
  const before = await rig.entries();
  assert.equal(await app.initiate(ann('M-1')), { ok: false, code: 'DISK_LOW' });
  assert.equal(await rig.entries(), before);
  const { ready, problems, problemCounts } = await app.readiness();
  assert.is(ready, true, 'callbacks are taken');
  assert.is(problemCounts.DISK_LOW, 1);
  assert.match(problems.join(), 'the disk is nearly full');
  disk.free = 500;
  await clock.advance(5_000);
  assert.is((await app.initiate(ann('M-1'))).ok, true);
});

test('a call that was taken is told again to who asks for it under its key', async ({ clock, app, disk }) => {
  const first = await app.initiate(ann('M-1', 'key'));
  assert.ok(first.ok);
  disk.free = 499;
  await clock.advance(5_000);
  const again = await app.initiate(ann('M-1', 'key'));
  assert.equal(again, { ...first, replayed: true });
  const other = await app.initiate(ann('M-1', 'another key'));
  assert.equal(other, { ok: false, code: 'CALL_OPEN', callSessionId: first.callSessionId });
});

test('a call that is up is recorded to its end, one that waits is not dialled before there is room', async ({
  rig,
  clock,
  app,
  disk,
}) => {
  const up = await app.initiate(ann('M-1'));
  assert.ok(up.ok);
  await until('the first is dialled', () => rig.simulator.stats().dials === 1);
  const waiting = await app.initiate(ann('M-2'));
  assert.ok(waiting.ok);
  disk.free = 499;
  await clock.advance(5_000);
  assert.is(app.health().dialling.paused, 'the disk is nearly full');
  const failed = callback('CreateCallFailed', { resultInformation: { code: 486, subCode: 560486 } });
  assert.is(await app.recordCallbacks(up.callSessionId, [failed]), 'recorded');
  await clock.advance(2_000);
  await app.idle();
  assert.is(rig.simulator.stats().dials, 1);
  assert.is(app.health().dialling.waiting, 1);
  disk.free = 500;
  await clock.advance(5_000);
  await until('the second is dialled', () => rig.simulator.stats().dials === 2);
});

test.run();
