import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { azurite, connectionStringOf } from '../support/azurite.ts';
import { freePort } from '../support/free-port.ts';
import { startLossyProxy } from '../support/lossy-proxy.ts';
import { until } from '../support/until.ts';
import { initiate, startRig, untilEnded } from './rig.ts';

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

test.run();
