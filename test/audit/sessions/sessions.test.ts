import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSessions } from '../../../src/audit/sessions/sessions.ts';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { collect } from '../../support/collect.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { START, virtualClock } from '../../support/virtual-clock.ts';

const ANNA = { by: 'person', name: 'oid-of-anna' } as const;
const BEGUN = { roles: ['Coordinator'], address: '192.0.2.1' } as const;
const SECOND = 1_000;
const HOUR = 3_600_000;

function rig(startMs = START) {
  const clock = virtualClock(startMs);
  const log = memoryLog();
  let reads = 0;
  let ids = 0;
  const counted = {
    ...log,
    read: (...asked: Parameters<typeof log.read>) => {
      reads += 1;
      return log.read(...asked);
    },
  };
  const instance = () => createSessions({ log: counted, clock, freshId: () => `id-${++ids}` });
  return { clock, log, instance, sessions: instance(), reads: () => reads };
}

test('a sign-in stands in its person’s stream of the month, on the register, before anybody is let in by it', async () => {
  const { log, sessions } = rig();
  const ref = await sessions.begin(ANNA, BEGUN);
  assert.equal(ref, { person: ANNA, month: '2026-03', id: 'id-1' });
  assert.equal(await collect(log.registered()), ['sessions:2026-03:person:oid-of-anna']);
  const [entry] = await log.read('sessions:2026-03:person:oid-of-anna');
  assert.equal([entry?.type, entry?.id, entry?.actor], ['SignIn', 'id-1', 'coordinator:oid-of-anna']);
  assert.equal(JSON.parse(entry!.data), { ...BEGUN, expiresAt: '2026-03-02T23:00:00.000Z' });
  assert.is((await verifyLog(log)).findingCount, 0);
});

test('who was refused, signed out, went away or ended everything stands there, too, and holds no session', async () => {
  const { log, sessions } = rig();
  await sessions.refuse(ANNA, { reason: 'roles', address: null });
  const [one, other, third] = [
    await sessions.begin(ANNA, BEGUN),
    await sessions.begin(ANNA, BEGUN),
    await sessions.begin(ANNA, BEGUN),
  ];
  await sessions.end(one, 'signed-out', 'coordinator:oid-of-anna');
  await sessions.end(other, 'idle', 'coordinator:oid-of-anna');
  await sessions.end(other, 'idle', 'coordinator:oid-of-anna');
  assert.is(await sessions.endAll(ANNA, 'operator:olga'), 1);
  assert.is(await sessions.endAll(ANNA, 'operator:olga'), 0);
  const entries = await log.read('sessions:2026-03:person:oid-of-anna');
  assert.equal(
    entries.map(({ type, actor }) => `${type} ${actor}`),
    [
      'RefuseSignIn nobody:oid-of-anna',
      ...Array(3).fill('SignIn coordinator:oid-of-anna'),
      ...Array(2).fill('SignOut coordinator:oid-of-anna'),
      'SignOutEverywhere operator:olga',
    ],
  );
  for (const ref of [one, other, third]) assert.is(await sessions.find(ref), null);
});

test('the log is asked once in 15 seconds, however many ask about how many sessions of one person', async () => {
  const { clock, sessions, reads } = rig();
  const refs = [await sessions.begin(ANNA, BEGUN), await sessions.begin(ANNA, BEGUN)];
  await clock.advance(15 * SECOND);
  const before = reads();
  await Promise.all([...refs, ...refs, ...refs].map((ref) => sessions.find(ref)));
  await clock.advance(15 * SECOND - 1);
  for (const ref of refs) assert.ok(await sessions.find(ref));
  assert.is(reads() - before, 1);
});

test('what another instance ends is over here 15 seconds later, and what it begins is known at once', async () => {
  const { clock, sessions, instance } = rig();
  const other = instance();
  const ref = await other.begin(ANNA, BEGUN);
  assert.ok(await sessions.find(ref));
  await other.end(ref, 'signed-out', 'coordinator:oid-of-anna');
  assert.is(await other.find(ref), null);
  await clock.advance(15 * SECOND);
  assert.is(await sessions.find(ref), null);
});

test('everything is ended by whoever has not asked for a while, too', async () => {
  const { clock, sessions, instance } = rig();
  await sessions.of(ANNA);
  const ref = await instance().begin(ANNA, BEGUN);
  assert.is(await sessions.endAll(ANNA, 'coordinator:oid-of-anna'), 1);
  await clock.advance(15 * SECOND);
  assert.is(await sessions.find(ref), null);
});

test('a session lasts 8 hours, over the end of a month as well', async () => {
  const { clock, sessions } = rig(Date.parse('2026-03-31T20:00:00.000Z'));
  const ref = await sessions.begin(ANNA, BEGUN);
  await clock.advance(5 * HOUR);
  const later = await sessions.begin(ANNA, BEGUN);
  assert.equal([ref.month, later.month], ['2026-03', '2026-04']);
  assert.equal(
    (await sessions.of(ANNA)).map(({ id }) => id),
    [later.id, ref.id],
  );
  await clock.advance(3 * HOUR - 1);
  assert.ok(await sessions.find(ref));
  await clock.advance(1);
  assert.is(await sessions.find(ref), null);
  assert.is(await sessions.endAll(ANNA, 'coordinator:oid-of-anna'), 1);
});

test('nobody has a session that was not begun, or is another’s', async () => {
  const { sessions } = rig();
  const ref = await sessions.begin(ANNA, BEGUN);
  assert.is(await sessions.find({ ...ref, id: 'made up' }), null);
  assert.is(await sessions.find({ ...ref, person: { by: 'api-key', name: ANNA.name } }), null);
  assert.is(await sessions.find({ ...ref, month: '2026-02' }), null);
});

test.run();
