import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { azurite, connectionStringOf } from '../../support/azurite.ts';
import { type LossyProxy, startLossyProxy } from '../../support/lossy-proxy.ts';
import { eventually } from '../../support/until.ts';
import { openQueuesRig, type QueuesRig } from './rig.ts';

const CALL = '019aab00-0000-7000-8000-000000000001';
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
