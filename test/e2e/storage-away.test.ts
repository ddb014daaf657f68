import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { secretLine, signerOf } from '../../src/tlog/keys.ts';
import { azurite, connectionStringOf } from '../support/azurite.ts';
import { checkpointContainer } from '../support/checkpoint-container.ts';
import { freePort } from '../support/free-port.ts';
import { startLossyProxy } from '../support/lossy-proxy.ts';
import { until } from '../support/until.ts';
import { assertSound, initiate, startRig, untilEnded } from './rig.ts';

const statusAt = async (url: string): Promise<number | null> => {
  const response = await fetch(url).catch(() => null);
  await response?.arrayBuffer();
  return response?.status ?? null;
};

test('a server that starts while storage is away is alive and not ready, says why, and goes on when it is back', async () => {
  const { tablesUrl, queuesUrl } = await azurite();
  const tables = await startLossyProxy(tablesUrl, { seed: 1 });
  tables.setFaults({ busy: 1 });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logged: string[] = [];
  const starting = startRig({
    people: [{ behaviour: 'busy' }],
    logged,
    env: {
      PORT: String(port),
      TABLES_CONNECTION_STRING: connectionStringOf({ tables: tables.url, queues: new URL(queuesUrl).origin }),
      TABLES_PREFIX: `Away${randomUUID().slice(0, 8)}`,
      CALLBACK_SECRET_KEY: 'the-same-on-all-instances-of-this-test',
      SIMULATOR: 'true',
    },
  });
  try {
    await until('somebody answers', async () => (await statusAt(`${url}/health/live`)) === 200);
    assert.is(await statusAt(`${url}/health/ready`), 503);
    assert.is(await statusAt(`${url}/api/calls`), 503);
    const [line = ''] = logged.filter((each) => each.includes('LOG_UNAVAILABLE'));
    assert.match(line, /503 ServerBusy/);
    tables.setFaults({});
    const rig = await starting;
    assert.is(await statusAt(`${url}/health/ready`), 200);
    assert.is((await untilEnded(url, await initiate(url, 'M-1'))).disposition, 'busy');
    // Every append fails, and all can be read.
    tables.plan(
      Array.from({ length: 1_000 }, () => 'busy'),
      /POST/,
    );
    await fetch(`${url}/api/calls/initiate/M-1`, { method: 'POST' }).then((response) => response.arrayBuffer());
    assert.is(await statusAt(`${url}/health/ready`), 503);
    tables.plan([]);
    await rig.close();
  } finally {
    await starting.then((rig) => rig.close()).catch(() => {});
    await tables.close();
  }
});

/** Requests for which a first start needs a role. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'the whole account': /^/,
  'the table of entries': /Events/,
  'entries, which can be read': /POST \/\w+Events/,
  'the register': /Register/,
};

/** A server to which the account refuses what matches, as before its roles have arrived. */
async function startRefused(matching: RegExp) {
  const { tablesUrl, queuesUrl, blobsUrl } = await azurite();
  const container = await checkpointContainer();
  const [tables, queues, blobs] = await Promise.all(
    [tablesUrl, queuesUrl, blobsUrl].map((url) => startLossyProxy(new URL(url).origin, { seed: 1 })),
  );
  const proxies = [tables!, queues!, blobs!];
  const assign = (isRefused: boolean): void => {
    for (const proxy of proxies) proxy.plan(isRefused ? Array(10_000).fill('forbidden') : [], matching);
  };
  assign(true);
  const port = await freePort();
  const logged: string[] = [];
  const connectionString = connectionStringOf({ tables: tables!.url, queues: queues!.url });
  const starting = startRig({
    people: [{ behaviour: 'busy' }],
    logged,
    env: {
      PORT: String(port),
      TABLES_CONNECTION_STRING: connectionString,
      TABLES_PREFIX: `Role${randomUUID().slice(0, 8)}`,
      QUEUE_CONNECTION_STRING: connectionString,
      QUEUE_PREFIX: `role-${randomUUID().slice(0, 8)}`,
      CALLBACK_SECRET_KEY: 'the-same-on-all-instances-of-this-test',
      CHECKPOINT_KEY: secretLine(signerOf('plan.example/role', Buffer.alloc(32, 6))),
      CHECKPOINT_CONTAINER_URL: container.url.replace(new URL(blobsUrl).origin, blobs!.url),
    },
  });
  // Whoever waits for it hears of it.
  starting.catch(() => {});
  return {
    url: `http://127.0.0.1:${port}`,
    logged,
    starting,
    /** The roles arrive. */
    arrive: () => assign(false),
    async close() {
      assign(false);
      await starting.then((rig) => rig.close());
      await Promise.all(proxies.map((proxy) => proxy.close()));
    },
  };
}

test('a first start before a role that the log needs has arrived waits for it, says so, is not ready, and then serves', async () => {
  const waiting = async ([what, matching]: [string, RegExp]): Promise<void> => {
    const { url, logged, starting, arrive, close } = await startRefused(matching);
    try {
      await until(`somebody answers without ${what}`, async () => (await statusAt(`${url}/health/live`)) === 200);
      assert.is(await statusAt(`${url}/health/ready`), 503, what);
      assert.match(logged.find((line) => line.includes('LOG_UNAVAILABLE')) ?? '', '403 AuthorizationPermission', what);
      arrive();
      const rig = await starting;
      assert.is(await statusAt(`${url}/health/ready`), 200, what);
      assert.is((await untilEnded(url, await initiate(url, 'M-1'))).disposition, 'busy', what);
      await assertSound(rig.server.stores);
    } finally {
      await close();
    }
  };
  await Promise.all(Object.entries(REFUSED).map(waiting));
});

test('a start before the other roles have arrived serves, names what is refused, and goes on by itself when they have', async () => {
  const { url, starting, arrive, close } = await startRefused(/Dialling|role-|checkpoints-/);
  try {
    const rig = await starting;
    const names = async (words: RegExp): Promise<boolean> =>
      words.test((await rig.server.app.readiness()).problems.join());
    const places = /places of calls cannot be reached: PLACES_REFUSED/;
    for (const words of [places, /queue.*REFUSED/, /checkpoints: /])
      await until(`${words} is named`, () => names(words), 250);
    assert.is(await statusAt(`${url}/health/ready`), 200);
    arrive();
    await until('the places are reached', async () => !(await names(places)), 250);
    assert.is((await untilEnded(url, await initiate(url, 'M-1'))).disposition, 'busy');
  } finally {
    await close();
  }
});

test.run();
