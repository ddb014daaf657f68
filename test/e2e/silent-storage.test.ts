import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { azurite, connectionStringOf } from '../support/azurite.ts';
import { startLossyProxy } from '../support/lossy-proxy.ts';
import { until } from '../support/until.ts';
import { initiate } from './rig.ts';
import { startSignedRig } from './signed-rig.ts';

/** As long as Event Grid waits for an answer. */
const SENDERS_PATIENCE_MS = 30_000;

test('while storage takes requests and says nothing, whoever asks is answered before a sender’s patience ends', async () => {
  const { tablesUrl, queuesUrl } = await azurite();
  const tables = await startLossyProxy(tablesUrl, { seed: 1 });
  const rig = await startSignedRig([{ behaviour: 'keeps-ringing' }, { behaviour: 'busy' }], {
    TABLES_CONNECTION_STRING: connectionStringOf({ tables: tables.url, queues: new URL(queuesUrl).origin }),
    TABLES_PREFIX: `Silent${randomUUID().slice(0, 8)}`,
    CALLBACK_SECRET_KEY: 'the-same-on-all-instances-of-this-test',
  });
  try {
    const call = await initiate(rig.url, 'M-1');
    await until('the phone rings', () => rig.simulator.stats().dials === 1);
    // A list that shows nobody is shown without a look.
    await rig.server.app.idle();
    tables.plan(Array(100_000).fill('silent'));
    const signal = AbortSignal.timeout(SENDERS_PATIENCE_MS);
    const ask = async (method: string, path: string): Promise<number> => {
      const answer = await fetch(`${rig.url}${path}`, { method, signal });
      await answer.arrayBuffer();
      return answer.status;
    };
    const late = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const asked = {
      callback: rig.deliver(call).then(({ status }) => status),
      initiate: ask('POST', '/api/calls/initiate/M-2'),
      cancel: ask('POST', `/api/calls/${call}/cancel`),
      status: ask('GET', `/api/calls/status/${call}`),
      list: ask('GET', '/api/calls'),
      page: ask('GET', '/console/calls'),
      history: ask('GET', `/api/audit/calls/${call}`),
    };
    const statuses = Object.entries(asked).map(async ([what, answer]) => [what, await answer] as const);
    const answered = Object.fromEntries(await Promise.race([Promise.all(statuses), late]));
    // What is not in the log is acknowledged to nobody, and nothing of a member is shown that nobody could prove.
    assert.equal(answered, Object.fromEntries(Object.keys(asked).map((what) => [what, 503])));
    await until('it is said to be so', async () => (await fetch(`${rig.url}/health/ready`)).status === 503);
    tables.plan([]);
    await until('it goes on', async () => (await rig.deliver(call)).status === 200);
  } finally {
    tables.plan([]);
    await rig.close();
    await tables.close();
  }
});

test.run();
