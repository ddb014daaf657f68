import { createServer } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCheckpointContainer } from '../../../src/adapters/checkpoints/container.ts';
import { azurite } from '../../support/azurite.ts';
import { checkpointContainer } from '../../support/checkpoint-container.ts';
import { startLossyProxy } from '../../support/lossy-proxy.ts';
import { checkpointStoreContract, everything, failure } from './contract.ts';

checkpointStoreContract('container', async () => {
  const { url, client } = await checkpointContainer();
  return { open: () => createCheckpointContainer({ url }), remove: async () => void (await client.delete()) };
});

const BYTES = Buffer.from('bytes');

test('more objects than a page of the service holds are all listed', async () => {
  const { url } = await checkpointContainer();
  const store = createCheckpointContainer({ url }, { pageSize: 2 });
  for (const slot of [1, 2, 3, 4, 5]) await store.create(`batch/${slot}`, BYTES);
  assert.equal(
    [...(await store.list('batch/'))].sort(),
    [1, 2, 3, 4, 5].map((slot) => `batch/${slot}`),
  );
});

test('what its address proves is told nobody', async () => {
  const { url } = await checkpointContainer();
  const { place } = createCheckpointContainer({ url });
  assert.match(place, /^the checkpoint container http:\/\/127\.0\.0\.1:\d+\/devstoreaccount1\/checkpoints-/);
  assert.not.match(place, 'sig');
  const { message } = await failure(createCheckpointContainer({ url: url.replace('sig=', 'sig=x') }).read('batch/1'));
  assert.not.match(message, 'sig=');
});

test('a container that is not there is said in words', async () => {
  const { url, client } = await checkpointContainer();
  await client.delete();
  const store = createCheckpointContainer({ url });
  for (const ask of everything(store)) {
    const { code, message } = await failure(ask());
    assert.is(code, 'CHECKPOINT_STORE_UNAVAILABLE');
    assert.match(message, 'there is no such container');
  }
});

test('who may only read is told so when it creates', async () => {
  const { url } = await checkpointContainer('r');
  const { code, message } = await failure(createCheckpointContainer({ url }).create('batch/1', BYTES));
  assert.is(code, 'CHECKPOINT_STORE_UNAVAILABLE');
  assert.match(message, 'may not use it');
});

test('who may write over does not: the second creator loses all the same', async () => {
  const { url } = await checkpointContainer('rclw');
  const store = createCheckpointContainer({ url });
  assert.equal([await store.create('batch/1', BYTES), await store.create('batch/1', Buffer.from('x'))], [true, false]);
  assert.equal(await store.read('batch/1'), BYTES);
});

test('an answer that was lost is an error, and what was created is there', async () => {
  const { blobsUrl } = await azurite();
  const proxy = await startLossyProxy(blobsUrl, { seed: 1 });
  const { url } = await checkpointContainer();
  const store = createCheckpointContainer({ url: url.replace(new URL(url).origin, proxy.url) });
  proxy.plan(['lostAnswer'], /^PUT/);
  assert.is((await failure(store.create('batch/1', BYTES))).code, 'CHECKPOINT_STORE_UNAVAILABLE');
  assert.is(proxy.counts().total, 1, 'it was sent once: a second time it would have looked like another’s');
  assert.equal(await store.read('batch/1'), BYTES);
  proxy.plan(['busy', 'failedBefore', 'cutAnswer'], /^GET/);
  for (let tries = 0; tries < 3; tries += 1)
    assert.is((await failure(store.read('batch/1'))).code, 'CHECKPOINT_STORE_UNAVAILABLE');
  assert.equal(await store.read('batch/1'), BYTES);
  await proxy.close();
});

test('a service that never answers is given up in time', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as { readonly port: number };
  const store = createCheckpointContainer({ url: `http://127.0.0.1:${port}/account/tree?sig=x` }, { timeLimitMs: 50 });
  for (const ask of everything(store)) assert.match((await failure(ask())).message, 'did not answer in time');
  silent.close();
});

test('a container of Azurite is never locked, and a signature of one container does not show it', async () => {
  const { url, accountUrl } = await checkpointContainer();
  assert.is(await createCheckpointContainer({ url: accountUrl }).isImmutable(), false);
  assert.is(await createCheckpointContainer({ url }).isImmutable(), null);
});

const TOKENS = { getToken: async () => ({ token: 'x', expiresOnTimestamp: 1 }) };

test('an address that can never work, or would carry a token in the open, is refused at once', () => {
  for (const url of ['nonsense', 'http://plan.blob.core.windows.net/tree', 'https://plan.blob.core.windows.net/'])
    assert.throws(() => createCheckpointContainer({ url }), /address/);
  assert.throws(() => createCheckpointContainer({ url: 'http://127.0.0.1:1/a/tree', credential: TOKENS }), /address/);
  assert.ok(createCheckpointContainer({ url: 'https://plan.blob.core.windows.net/tree', credential: TOKENS }));
});

test.run();
