import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { azurite, connectionStringOf } from '../support/azurite.ts';
import { type LossyProxy, startLossyProxy } from '../support/lossy-proxy.ts';
import { until } from '../support/until.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';
import { startRig } from './rig.ts';

/** After a start everything is looked for once more, and the queue is asked more often. */
const SETTLING_MINUTES = 2;
const MINUTES = 5;
const TURNS = 50;

type Services = { readonly tables: LossyProxy; readonly queues: LossyProxy };

async function openServices(): Promise<Services> {
  const { tablesUrl, queuesUrl } = await azurite();
  return {
    tables: await startLossyProxy(new URL(tablesUrl).origin, { seed: 1 }),
    queues: await startLossyProxy(new URL(queuesUrl).origin, { seed: 1 }),
  };
}

/** An instance without calls, on a clock that goes on when a test says so. */
async function startIdle({ tables, queues }: Services, clock: VirtualClock) {
  const connectionString = connectionStringOf({ tables: tables.url, queues: queues.url });
  const prefix = `Idle${randomUUID().slice(0, 8)}`;
  return startRig({
    clock,
    env: {
      TABLES_CONNECTION_STRING: connectionString,
      TABLES_PREFIX: prefix,
      QUEUE_CONNECTION_STRING: connectionString,
      QUEUE_PREFIX: prefix.toLowerCase(),
      CALLBACK_SECRET_KEY: 'the-same-on-all-instances-of-this-test',
    },
  });
}

function isAnswered({ tables, queues }: Services): boolean {
  return [tables, queues].every((proxy) => {
    const { total, answers } = proxy.counts();
    return total === Object.values(answers).reduce((sum, count) => sum + count, 0);
  });
}

/** What falls due is asked, and answered: what comes of it may set further alarms. */
async function pass(services: Services, clock: VirtualClock, minutes: number): Promise<void> {
  for (let second = 0; second < minutes * 60; second += 1) {
    await clock.advance(1_000);
    for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
    await until('all is answered', () => isAnswered(services));
  }
}

test('an instance without calls asks the tables at most twice a minute, and the queues six times', async () => {
  const services = await openServices();
  const clock = virtualClock(Date.now());
  const rig = await startIdle(services, clock);
  try {
    await pass(services, clock, SETTLING_MINUTES);
    const asked = () => [services.tables, services.queues].map((proxy) => proxy.counts().total);
    const [tablesBefore = 0, queuesBefore = 0] = asked();
    await pass(services, clock, MINUTES);
    const [tables = 0, queues = 0] = asked();
    const [ofTables, ofQueues] = [(tables - tablesBefore) / MINUTES, (queues - queuesBefore) / MINUTES];
    assert.ok(ofTables <= 2 && ofQueues <= 6, `${ofTables} and ${ofQueues}`);
    assert.ok(ofTables >= 1 && ofQueues >= 5, `it looks and listens: ${ofTables} and ${ofQueues}`);
  } finally {
    await rig.close();
    await services.tables.close();
    await services.queues.close();
  }
});

test.run();
