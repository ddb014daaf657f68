import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DialPermit, DialPermits, DialRefusal } from '../../../src/app/ports.ts';
import { eventually } from '../../support/until.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { openQueuesRig, type QueuesRig } from './rig.ts';

let account: QueuesRig;

test.before.each(async () => {
  account = await openQueuesRig();
});
test.after.each(() => account.close());

const asPermit = (answer: DialPermit | DialRefusal): DialPermit | null => ('held' in answer ? answer : null);

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
  const permit = asPermit(await other.permits.acquire());
  assert.ok(permit?.held());
  assert.is(asPermit(await one.permits.acquire()), null);
});

test('the place of a dead instance comes back by itself', async () => {
  // Its clock stands still: it renews nothing.
  const dead = account.open({ clock: virtualClock(), leaseMs: 3_000 });
  assert.is((await takeAll(dead.permits)).length, 3);
  const alive = account.open();
  await eventually('a place', async () => asPermit(await alive.permits.acquire()));
});

test('a place that is renewed is nobody else’s, however long', async () => {
  const clock = virtualClock();
  const holder = account.open({ clock, leaseMs: 3_000, limits: { concurrentCalls: 1, callsPerSecond: 1_000 } });
  const permit = asPermit(await holder.permits.acquire())!;
  const other = account.open({ limits: { concurrentCalls: 1, callsPerSecond: 1_000 } });
  const endMs = Date.now() + 4_500;
  while (Date.now() < endMs) {
    await clock.advance(1_000);
    assert.is(asPermit(await other.permits.acquire()), null);
  }
  assert.is(permit.held(), true);
});

test('whoever lost its place to another knows it, and does not give back what is not its own', async () => {
  const clock = virtualClock();
  const limits = { concurrentCalls: 1, callsPerSecond: 1_000 };
  const slow = account.open({ clock, leaseMs: 1_000, limits });
  const permit = asPermit(await slow.permits.acquire())!;
  const other = account.open({ limits });
  const theirs = await eventually('the place', async () => asPermit(await other.permits.acquire()));
  await clock.advance(1_000);
  await eventually('the news', async () => account.journal[0] ?? null);
  assert.equal(
    account.journal.map(({ fields }) => fields),
    [{ code: 'SLOT_LOST' }],
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
  const { permits } = account.open({ limits: { concurrentCalls: 1, callsPerSecond: 1_000 } });
  assert.ok(asPermit(await permits.acquire()));
  assert.is(await permits.turn(), 'granted');
  assert.is(asPermit(await permits.acquire()), null);
});

test('closing gives back a place that nobody got a turn for, and lets the others run out', async () => {
  const limits = { concurrentCalls: 2, callsPerSecond: 0.05 };
  const closing = account.open({ limits });
  const [used] = [asPermit(await closing.permits.acquire())];
  assert.ok(used);
  assert.is(asPermit(await closing.permits.acquire()), null);
  const other = account.open({ limits: { ...limits, callsPerSecond: 1_000 } });
  await closing.close();
  await eventually('the unused place', async () => asPermit(await other.permits.acquire()));
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
