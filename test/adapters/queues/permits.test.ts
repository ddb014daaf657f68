import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DialPermit, DialPermits, DialRefusal } from '../../../src/app/ports.ts';
import { eventually, until } from '../../support/until.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { openQueuesRig, type QueuesRig } from './rig.ts';

let account: QueuesRig;

test.before.each(async () => {
  account = await openQueuesRig();
});
test.after.each(() => account.close());

const ONE_PLACE = { concurrentCalls: 1, callsPerSecond: 1_000 } as const;

const asPermit = (answer: DialPermit | DialRefusal): DialPermit | null => ('held' in answer ? answer : null);

/** Asks until there is one: a request that takes too long on a busy machine is a refusal too. */
const onePlace = (permits: DialPermits): Promise<DialPermit> =>
  eventually('a place', async () => asPermit(await permits.acquire()));

/** Asks until it is refused twice in a row. */
async function takeAll(permits: DialPermits): Promise<DialPermit[]> {
  const taken: DialPermit[] = [];
  for (let refused = 0; refused < 2; ) {
    const permit = asPermit(await permits.acquire());
    if (permit) taken.push(permit);
    refused = permit ? 0 : refused + 1;
  }
  return taken;
}

test('two instances together never hold more places than there are', async () => {
  const [one, other] = [account.open(), account.open()];
  const [mine, theirs] = await Promise.all([takeAll(one.permits), takeAll(other.permits)]);
  assert.ok(mine.length + theirs.length <= 3);
  const more = [...(await takeAll(one.permits)), ...(await takeAll(other.permits))];
  assert.is(mine.length + theirs.length + more.length, 3);
  const refusal = await one.permits.acquire();
  assert.ok('retryAfterMs' in refusal && refusal.retryAfterMs > 0 && !refusal.lost);
});

test('a place that is given back is for the next, on whichever instance', async () => {
  const [one, other] = [account.open(), account.open()];
  const [first] = await takeAll(one.permits);
  assert.is(asPermit(await other.permits.acquire()), null);
  await first!.release();
  assert.is(first!.held(), false);
  const permit = await onePlace(other.permits);
  assert.ok(permit.held());
  assert.is(asPermit(await one.permits.acquire()), null);
});

test('the place of a dead instance comes back by itself', async () => {
  // Its clock stands still: it renews nothing.
  const dead = account.open({ clock: virtualClock(), leaseMs: 3_000, limits: ONE_PLACE });
  await onePlace(dead.permits);
  const alive = account.open({ limits: ONE_PLACE });
  await onePlace(alive.permits);
});

test('a place that is renewed is nobody else’s, however long', async () => {
  // A machine that stands still for longer than a lease has not renewed it, and shows nothing.
  await eventually('a time without a long pause', async () => ((await isKept(account)) ? true : null));
});

/** Holds a place for longer than a lease; false: whether it was kept cannot be told, as somebody asked too late for it. */
async function isKept({ open }: QueuesRig): Promise<boolean> {
  const [clock, leaseMs, prefix] = [virtualClock(), 3_000, `t${randomUUID().slice(0, 8)}`];
  const holder = open({ clock, leaseMs, prefix, limits: ONE_PLACE });
  const permit = await onePlace(holder.permits);
  const other = open({ prefix, limits: ONE_PLACE });
  const endMs = Date.now() + 1.5 * leaseMs;
  for (let renewedMs = 0; renewedMs < endMs; ) {
    renewedMs = Date.now();
    await clock.advance(leaseMs / 3);
    // The next renewal is set when this one has been answered.
    await until('it is renewed', () => clock.alarms() > 0 || !permit.held());
    const theirs = asPermit(await other.permits.acquire());
    // The service counts in whole seconds.
    if (theirs && Date.now() - renewedMs > leaseMs - 1_000) return false;
    assert.is(theirs, null);
  }
  assert.is(permit.held(), true);
  return true;
}

test('whoever lost its place to another knows it, and does not give back what is not its own', async () => {
  const clock = virtualClock();
  const slow = account.open({ clock, leaseMs: 1_000, limits: ONE_PLACE });
  const permit = await onePlace(slow.permits);
  const other = account.open({ limits: ONE_PLACE });
  const theirs = await onePlace(other.permits);
  const codes = () => account.journal.map(({ fields }) => fields['code']);
  await until('the news', async () => {
    await clock.advance(1_000);
    return codes().includes('SLOT_LOST');
  });
  // On a machine that is busy with others a request may have taken too long.
  assert.equal(
    [...new Set(codes())].filter((code) => code !== 'QUEUE_UNAVAILABLE'),
    ['SLOT_LOST'],
  );
  assert.is(permit.held(), false);
  await permit.release();
  assert.is(asPermit(await slow.permits.acquire()), null);
  assert.is(theirs.held(), true);
});

test('instances together dial as often as allowed, and a turn comes back when its time is over', async () => {
  const limits = { concurrentCalls: 50, callsPerSecond: 2 };
  const [one, other] = [account.open({ limits }), account.open({ limits })];
  const startMs = Date.now();
  let dialled = 0;
  await eventually('ten dials', async () => {
    for (const { permits } of [one, other]) if (asPermit(await permits.acquire())) dialled += 1;
    return dialled >= 10 ? true : null;
  });
  // The first turns are there at once; the service counts in whole seconds and rounds the moment down.
  const seconds = (Date.now() - startMs) / 1_000;
  assert.ok(dialled <= 2 * (seconds + 2), `${dialled} in ${seconds} s`);
});

test('a call that keeps its place needs only a turn', async () => {
  const { permits } = account.open({ limits: ONE_PLACE });
  await onePlace(permits);
  await eventually('a turn', async () => ((await permits.turn()) === 'granted' ? true : null));
  assert.is(asPermit(await permits.acquire()), null);
});

test('closing gives back a place that nobody got a turn for, and lets the others run out', async () => {
  const limits = { concurrentCalls: 2, callsPerSecond: 0.05 };
  const closing = account.open({ limits });
  await onePlace(closing.permits);
  assert.is(asPermit(await closing.permits.acquire()), null);
  const other = account.open({ limits: { ...limits, callsPerSecond: 1_000 } });
  await closing.close();
  await onePlace(other.permits);
  assert.is(asPermit(await other.permits.acquire()), null);
});

test('a queue that cannot be reached refuses, and says that nobody could be asked', async () => {
  const connectionString =
    'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;QueueEndpoint=http://127.0.0.1:1/a';
  const { permits } = account.open({ connectionString });
  for (const answer of [await permits.acquire(), await permits.turn()]) {
    assert.ok(typeof answer === 'object' && 'lost' in answer && answer.lost && answer.retryAfterMs > 0);
  }
  assert.equal(
    account.journal.map(({ fields }) => fields),
    [{ code: 'QUEUE_UNAVAILABLE' }],
  );
});

test.run();
