import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DialPermit } from '../../../src/app/ports.ts';
import { randomFor, wholeBelow } from '../../../src/simulator/faults/prng.ts';
import { azurite, connectionStringOf } from '../../support/azurite.ts';
import { type LossyProxy, startLossyProxy } from '../../support/lossy-proxy.ts';
import { eventually } from '../../support/until.ts';
import { openQueuesRig, type QueuesRig } from './rig.ts';

const CALL = '019aab00-0000-7000-8000-000000000001';
const FAULTS = {
  reset: 0.08,
  lostAnswer: 0.08,
  cutAnswer: 0.04,
  late: 0.04,
  busy: 0.08,
  failedAfter: 0.08,
  delay: 0.2,
};

let account: QueuesRig;
let proxy: LossyProxy;
let connectionString: string;

test.before.each(async () => {
  account = await openQueuesRig();
  proxy = await startLossyProxy((await azurite()).queuesUrl, { seed: 11 });
  connectionString = connectionStringOf({ tables: proxy.url, queues: proxy.url });
});
test.after.each(async () => {
  proxy.setFaults({});
  await account.close();
  await proxy.close();
});

test('while requests and answers are lost no more places are held than there are, and all come back', async () => {
  const random = randomFor(11, 'places');
  const instances = [1, 2].map(() => account.open({ connectionString, leaseMs: 6_000 }));
  const held = new Set<DialPermit>();
  proxy.setFaults(FAULTS);
  const play = async ({ permits }: (typeof instances)[number]): Promise<void> => {
    for (let step = 0; step < 60; step += 1) {
      const answer = await permits.acquire();
      if ('held' in answer) held.add(answer);
      const holding = [...held].filter((permit) => permit.held());
      assert.ok(holding.length <= 3, `${holding.length} held`);
      const given = wholeBelow(random, 2) === 0 ? [...held][0] : undefined;
      if (given) held.delete(given);
      await given?.release();
    }
  };
  await Promise.all(instances.map(play));
  assert.ok(Object.keys(proxy.counts().faults).length >= 6, 'faults happened');
  proxy.setFaults({});
  for (const permit of held) await permit.release();
  const other = account.open();
  for (const which of ['one', 'two', 'three']) {
    await eventually(`place ${which}`, async () => {
      const answer = await other.permits.acquire();
      return 'held' in answer ? answer : null;
    });
  }
});

test('a message whose sending or hiding had no answer is one that comes all the same', async () => {
  const { wakeUps } = account.open({ connectionString, visitMs: 1_000 });
  await wakeUps.remove(await wakeUps.send(CALL, 0));
  proxy.plan(['lostAnswer']);
  await wakeUps.send(CALL, 0).then(
    () => assert.unreachable('there was no answer'),
    (error: { code?: unknown }) => assert.is(error.code, 'QUEUE_UNAVAILABLE'),
  );
  const [wakeUp] = await wakeUps.receive();
  assert.is(wakeUp?.callSessionId, CALL);
  proxy.plan(['reset']);
  await wakeUps.hide(wakeUp!, 600_000, 1).catch(() => {});
  const again = await eventually('the message', async () => (await wakeUps.receive())[0] ?? null);
  assert.equal([again.visits, again.deliveries], [0, 2]);
});

test.run();
