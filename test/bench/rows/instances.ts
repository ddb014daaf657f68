import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTablesPlaces } from '../../../src/adapters/places/tables.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { azurite, connectionStringOf } from '../../support/azurite.ts';
import { type LossyProxy, startLossyProxy } from '../../support/lossy-proxy.ts';
import { startRecordingProxy } from '../../support/recording-proxy.ts';
import { absolute, type BenchContext, type Measure, quantile, type Row } from '../row.ts';
import type { SimulatorWorker } from '../workers/simulator.ts';
import type { SystemServerWorker } from '../workers/system-server.ts';

/** So fast that the storage is what is measured: a call takes a third of a second. */
const TIME_SCALE = 100;
const CALLS = { usual: 240, quick: 60 } as const;
/** Calls for the time from a place that came back to the next dial. */
const TIGHT_CALLS = { usual: 40, quick: 16 } as const;
/** Slow enough that turns are waited for when an instance stops. */
const SLOW = { CONCURRENT_CALLS: '20', CALLS_PER_SECOND: '6' } as const;
const CALLER = '+15550100000';

/** What a second and a third instance cost and bring. */
export const instances: Row = {
  name: 'instances',
  title: "one, two and three instances on Azure's tables and queues",
  async run(bench) {
    const measures: Measure[] = [];
    const cpu: number[] = [];
    for (const [count, dealt] of [
      [1, 'own'],
      [2, 'own'],
      [3, 'own'],
      [3, 'random'],
    ] as const) {
      bench.progress(`${count} instances, callbacks ${dealt}`);
      const figures = await whole(bench, count, dealt);
      const named = `${count} ${count === 1 ? 'instance' : 'instances'}${dealt === 'random' ? ', callbacks dealt at random' : ''}`;
      if (dealt === 'own') cpu.push(figures.cpuMs);
      measures.push(
        absolute(`${named}: calls a minute`, 'calls', figures.perMinute, null),
        absolute(`${named}: processor time of all per call`, 'ms', figures.cpuMs, null),
        absolute(`${named}: table requests per call`, 'requests', figures.tables, {
          at: 'most',
          value: dealt === 'own' ? 26 : 35,
        }),
        absolute(`${named}: of these for places`, 'requests', figures.places, null),
        absolute(`${named}: queue requests per call`, 'requests', figures.queues, null),
      );
    }
    measures.push(
      absolute('processor time per call of two instances / of one', '', cpu[1]! / cpu[0]!, { at: 'most', value: 1.25 }),
      absolute('processor time per call of three instances / of one', '', cpu[2]! / cpu[0]!, {
        at: 'most',
        value: 1.35,
      }),
    );
    for (const count of [1, 2, 3]) {
      bench.progress(`two places, ${count} instances`);
      const gaps = await tight(bench, count);
      measures.push(
        absolute(
          `two places, ${count} instances: from a free place to the next dial, median`,
          'ms',
          quantile(gaps, 0.5),
          null,
        ),
        absolute('  the longest', 'ms', Math.max(...gaps), { at: 'most', value: 1_000 }),
      );
    }
    bench.progress('an instance stops');
    measures.push(
      absolute('until a place taken and not begun at SIGTERM is begun or given', 'ms', await stopping(bench), null),
    );
    return {
      measures,
      notes: [
        'Azurite takes most of a core of this machine, and the two of it are shared by simulator, proxies and instances: calls a minute prove little',
        'requests: counted by proxies before Azurite, less nothing; a minute of polling is a request or two of a hundred calls',
      ],
    };
  },
};

type Dealt = 'own' | 'random';

async function open(
  bench: BenchContext,
  count: number,
  dealt: Dealt,
  special: Readonly<Record<string, string>>,
  scale: number,
) {
  const { tablesUrl, queuesUrl } = await azurite();
  const tables = await startLossyProxy(new URL(tablesUrl).origin, { seed: 1 });
  const queues = await startLossyProxy(new URL(queuesUrl).origin, { seed: 1 });
  const prefix = `i${randomBytes(5).toString('hex')}`;
  const simulator = bench.start<SimulatorWorker>('simulator');
  const acs = await simulator.call('start', scale);
  const ports: number[] = [];
  let turn = 0;
  const dealer = await startRecordingProxy(() => {
    turn += 1;
    return ports[turn % ports.length] ?? 1;
  });
  const connectionString = connectionStringOf({ tables: tables.url, queues: queues.url });
  const key = randomBytes(32).toString('hex');
  const servers: ReturnType<typeof bench.start<SystemServerWorker>>[] = [];
  const urls: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const server = bench.start<SystemServerWorker>('system-server');
    const url = await server.call('start', await bench.tempDir(), acs, {
      TABLES_CONNECTION_STRING: connectionString,
      TABLES_PREFIX: prefix,
      QUEUE_CONNECTION_STRING: connectionString,
      QUEUE_PREFIX: prefix,
      CALLBACK_SECRET_KEY: key,
      ...(dealt === 'random' && { PUBLIC_BASE_URL: dealer.url }),
      ...special,
    });
    await server.call('addMembersHere', 1_000);
    ports.push(Number(new URL(url).port));
    servers.push(server);
    urls.push(url);
  }
  return {
    servers,
    urls,
    simulator,
    tables,
    queues,
    prefix,
    async close() {
      await Promise.all([...servers, simulator].map((worker) => worker.stop()));
      await Promise.all([dealer.close(), tables.close(), queues.close()]);
    },
  };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Members from..to are called, by the instances in turn. */
async function initiate({ urls }: Opened, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n += 1) {
    const response = await fetch(`${urls[n % urls.length]}/api/calls/initiate/M-${n}`, { method: 'POST' });
    if (response.status !== 202) throw new Error(`the initiate was answered with ${response.status}`);
    await response.arrayBuffer();
  }
}

async function ended({ simulator, servers }: Opened, count: number): Promise<void> {
  while ((await simulator.call('endedCalls')) < count) await sleep(20);
  for (const server of servers) await server.call('settle');
}

async function whole(bench: BenchContext, count: number, dealt: Dealt) {
  const opened = await open(bench, count, dealt, { CONCURRENT_CALLS: '20', CALLS_PER_SECOND: '1000' }, TIME_SCALE);
  try {
    const warm = 20;
    await initiate(opened, 1, warm);
    await ended(opened, warm);
    const calls = bench.quick ? CALLS.quick : CALLS.usual;
    const [cpuBefore, tablesBefore, queuesBefore] = [
      await cpuOf(opened),
      requestsOf(opened.tables),
      requestsOf(opened.queues),
    ];
    const startMs = performance.now();
    await initiate(opened, warm + 1, warm + calls);
    await ended(opened, warm + calls);
    const minutes = (performance.now() - startMs) / 60_000;
    const tables = requestsOf(opened.tables);
    return {
      perMinute: calls / minutes,
      cpuMs: ((await cpuOf(opened)) - cpuBefore) / calls,
      tables: (tables.all - tablesBefore.all) / calls,
      places: (tables.places - tablesBefore.places) / calls,
      queues: (requestsOf(opened.queues).all - queuesBefore.all) / calls,
    };
  } finally {
    await opened.close();
  }
}

async function cpuOf({ servers }: Opened): Promise<number> {
  const usages = await Promise.all(servers.map((server) => server.call('usage')));
  return usages.reduce((sum, { cpuMicros }) => sum + cpuMicros / 1_000, 0);
}

function requestsOf(proxy: LossyProxy): { readonly all: number; readonly places: number } {
  const { total, requests } = proxy.counts();
  const places = Object.entries(requests).filter(([kind]) => kind.includes('Dialling'));
  return { all: total, places: places.reduce((sum, [, count]) => sum + count, 0) };
}

async function tight(bench: BenchContext, count: number): Promise<readonly number[]> {
  const opened = await open(bench, count, 'random', { CONCURRENT_CALLS: '2', CALLS_PER_SECOND: '20' }, TIME_SCALE / 4);
  try {
    const calls = bench.quick ? TIGHT_CALLS.quick : TIGHT_CALLS.usual;
    await opened.simulator.call('gaps');
    await initiate(opened, 1, calls);
    await ended(opened, calls);
    return await opened.simulator.call('gaps');
  } finally {
    await opened.close();
  }
}

/** The longest that such a place waits, when one of two instances stops while turns are given out. */
async function stopping(bench: BenchContext): Promise<number> {
  const opened = await open(bench, 2, 'random', SLOW, TIME_SCALE);
  const { connectionString } = await azurite();
  const places = openTablesPlaces(
    { connectionString },
    { prefix: opened.prefix, createTables: false, clock: systemClock },
  );
  try {
    await initiate(opened, 1, 16);
    const stopped = opened.servers[0]!.call('stop');
    const stoppedMs = performance.now();
    const taken = await notBegun(places);
    let left = taken;
    while (left.length > 0 && performance.now() - stoppedMs < 30_000) {
      const now = new Set(await notBegun(places));
      left = left.filter((key) => now.has(key));
      await sleep(10);
    }
    await stopped;
    return performance.now() - stoppedMs;
  } finally {
    places.close();
    await opened.close();
  }
}

/** Turns that are still to come. */
async function notBegun(places: ReturnType<typeof openTablesPlaces>): Promise<readonly string[]> {
  const stored = await places.read(CALLER);
  if (stored === 'absent' || !('row' in stored)) throw new Error('the row of places cannot be read');
  const nowMs = places.now();
  return stored.row.held
    .filter(({ turnMs }) => turnMs > nowMs)
    .map(({ callSessionId, by }) => `${callSessionId} ${by}`);
}
