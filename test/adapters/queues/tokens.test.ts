import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createQueues, type Queue } from '../../../src/adapters/queues/client.ts';
import { turnsOf } from '../../../src/adapters/queues/storage-queues.ts';
import { createTokens } from '../../../src/adapters/queues/tokens.ts';
import { azurite } from '../../support/azurite.ts';
import { eventually } from '../../support/until.ts';

const LONG_MS = 600_000;

let queue: Queue;
let names = 0;

async function freshQueue(): Promise<Queue> {
  const { connectionString } = await azurite();
  names += 1;
  return createQueues({ connectionString }, { createQueues: true })(`tokens-${process.pid}-${names}`);
}

test.before.each(async () => {
  queue = await freshQueue();
});

/** How many are in use after many have asked at once, until nobody gets one any more. */
async function takeAll(askers: number, most: number): Promise<number> {
  let taken = 0;
  await Promise.all(
    Array.from({ length: askers }, async () => {
      const tokens = createTokens(queue, most);
      for (let asked = 0; asked < 8; asked += 1) if (await tokens.take(LONG_MS)) taken += 1;
    }),
  );
  return taken;
}

test('of many instances that begin at once with an empty queue, no more get a token than there may be', async () => {
  for (const most of [1, 3]) {
    queue = await freshQueue();
    const taken = await takeAll(6, most);
    assert.ok(taken <= most, `${taken} of ${most}`);
    await eventually('the number to settle', async () => {
      await createTokens(queue, most).take(LONG_MS);
      return (await queue.count()) === most ? most : null;
    });
  }
});

test('all of them are given out, and then none', async () => {
  const tokens = createTokens(queue, 3);
  const taken = [await tokens.take(LONG_MS), await tokens.take(LONG_MS), await tokens.take(LONG_MS)];
  assert.is(new Set(taken.map((token) => token?.messageId)).size, 3);
  assert.ok(!taken.includes(null));
  assert.is(await tokens.take(LONG_MS), null);
  assert.is(await queue.count(), 3);
});

test('a token that was not given back comes back by itself', async () => {
  const tokens = createTokens(queue, 1);
  assert.ok(await tokens.take(3_000));
  assert.is(await tokens.take(LONG_MS), null);
  await eventually('the token', () => tokens.take(LONG_MS));
});

test('a lost token is replaced', async () => {
  const tokens = createTokens(queue, 2);
  const lost = await tokens.take(LONG_MS);
  await queue.remove(lost!);
  assert.ok(await tokens.take(LONG_MS));
  assert.ok(await tokens.take(LONG_MS));
  assert.is(await tokens.take(LONG_MS), null);
});

test('when the limit is lowered the surplus goes, and is not used meanwhile', async () => {
  await createTokens(queue, 5).take(0);
  assert.is(await queue.count(), 5);
  const tokens = createTokens(queue, 2);
  let taken = 0;
  await eventually('both', async () => {
    if (await tokens.take(LONG_MS)) taken += 1;
    return taken === 2 ? taken : null;
  });
  for (let asked = 0; asked < 5; asked += 1) assert.is(await tokens.take(LONG_MS), null);
  assert.is(await queue.count(), 2);
});

test('turns are as many a second as allowed, and never more for a fraction', () => {
  assert.equal(turnsOf(10), { turns: 10, turnMs: 1_000 });
  assert.equal(turnsOf(1), { turns: 1, turnMs: 1_000 });
  for (const callsPerSecond of [0.01, 0.3, 0.5, 1.5, 7.9, 9.99, 100]) {
    const { turns, turnMs } = turnsOf(callsPerSecond);
    assert.ok((turns * 1_000) / turnMs <= callsPerSecond, String(callsPerSecond));
    assert.ok((turns * 1_000) / turnMs > callsPerSecond / 2, String(callsPerSecond));
  }
});

test.run();
