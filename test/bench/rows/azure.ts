import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { azurite, connectionStringOf } from '../../support/azurite.ts';
import { type LossyProxy, startLossyProxy } from '../../support/lossy-proxy.ts';
import { type CountedDatabase, openCountedDatabase } from '../load/sql-database.ts';
import { absolute, type BenchContext, type Measure, type Row } from '../row.ts';
import type { Worker } from '../worker.ts';
import type { SimulatorWorker } from '../workers/simulator.ts';
import type { SystemServerWorker } from '../workers/system-server.ts';

/** Each call is placed after the one before has been dialled, and before anybody answers. */
const CALLS = { usual: 5, quick: 3 } as const;
/** Member M-1 is busy: a call that is soon over, for what is only done once. */
const BUSY = { '+15550000001': 'busy' } as const;
/** Nothing but polling has been asked for so long: what a call caused is over. */
const QUIET_MS = 150;
/** After it the queue is asked only as often as it is when nobody calls, and what is looked for once after a start was. */
const SETTLING_MS = 65_000;

/** What a call, and a minute without any, ask of the services that are paid by the request. */
export const azure: Row = {
  name: 'azure',
  title: "requests of a three-question call on Azure's stores",
  async run(bench) {
    const server = bench.start<SystemServerWorker>('system-server');
    const services = await openServices();
    try {
      const parts = await startParts(bench, server, services);
      bench.progress('a first call');
      await placeCall(parts, 1);
      await overAndQuiet(parts);
      const idle = await idleMinute(bench, parts);
      const calls = bench.quick ? CALLS.quick : CALLS.usual;
      bench.progress(`${calls} calls`);
      const startMs = performance.now();
      const before = await countsOf(parts);
      const initiates: Counts[] = [];
      for (let n = 1; n <= calls; n += 1) initiates.push(await placeCall(parts, 1 + n));
      const gross = difference(before, await overAndQuiet(parts));
      const minutes = (performance.now() - startMs) / 60_000;
      const whole = perCall(less(gross, idle, minutes), calls);
      const initiated = perCall(sumOf(initiates), calls);
      return {
        measures: [...ofCall(whole, initiated, services), ...ofMinute(idle, services)],
        notes: [
          `${calls} calls at the pace of real ones, ${(minutes * 60).toFixed(0)} s in all; Azurite, and the simulator for ACS`,
          'calls: less what as much time costs without calls; a wake-up message that was put off goes after the call, with one queue request more',
          ...measured(services).map((service) => `${service}: ${breakdown(whole, service)}`),
          ...measured(services).map((service) => `${service}, a minute without calls: ${breakdown(idle, service)}`),
          ...(services.sql ? [] : ['SQL is not measured: it needs a database, TEST_SQL_CONNECTION_STRING']),
        ],
      };
    } finally {
      await server.stop();
      await services.close();
    }
  },
};

type Services = {
  readonly tables: LossyProxy;
  readonly queues: LossyProxy;
  /** Null without TEST_SQL_CONNECTION_STRING. */
  readonly sql: CountedDatabase | null;
  readonly prefix: string;
  close(): Promise<void>;
};

async function openServices(): Promise<Services> {
  const { tablesUrl, queuesUrl } = await azurite();
  const tables = await startLossyProxy(tablesUrl, { seed: 1 });
  const queues = await startLossyProxy(queuesUrl, { seed: 1 });
  const connectionString = process.env['TEST_SQL_CONNECTION_STRING'];
  const sql = connectionString ? await openCountedDatabase(connectionString) : null;
  const prefix = `b${randomBytes(5).toString('hex')}`;
  return {
    tables,
    queues,
    sql,
    prefix,
    async close() {
      await Promise.all([tables.close(), queues.close(), sql?.close()]);
    },
  };
}

async function startParts(bench: BenchContext, server: Pick<Worker<SystemServerWorker>, 'call'>, services: Services) {
  const simulator = bench.start<SimulatorWorker>('simulator');
  const acs = await simulator.call('start', 1, BUSY);
  const connectionString = connectionStringOf({ tables: services.tables.url, queues: services.queues.url });
  const url = await server.call('start', await bench.tempDir(), acs, {
    TABLES_CONNECTION_STRING: connectionString,
    TABLES_PREFIX: services.prefix,
    QUEUE_CONNECTION_STRING: connectionString,
    QUEUE_PREFIX: services.prefix,
    CALLBACK_SECRET_KEY: randomBytes(32).toString('hex'),
    CONCURRENT_CALLS: '30',
    CALLS_PER_SECOND: '30',
    ...(services.sql && { SQL_CONNECTION_STRING: services.sql.connectionString, MEMBERS_CREATE: 'true' }),
  });
  await server.call('addMembersHere', 100);
  return { server, simulator, url, services };
}

type Parts = Awaited<ReturnType<typeof startParts>>;

type Service = 'tables' | 'queues' | 'sql' | 'acs';
/** Requests by service and kind. */
type Counts = ReadonlyMap<string, number>;

async function countsOf({ services, simulator }: Parts): Promise<Counts> {
  const { requestsByOperation } = await simulator.call('stats');
  const of = (service: Service, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(
      ([kind, count]) => [`${service} ${kind.replaceAll(services.prefix, '')}`, count] as const,
    );
  return new Map([
    ...of('tables', services.tables.counts().requests),
    ...of('queues', services.queues.counts().requests),
    ...of('acs', requestsByOperation),
    ...of('sql', { requests: services.sql?.requests() ?? 0 }),
  ]);
}

/** Places a call and waits until it has been dialled; what the initiate cost until it was answered. */
async function placeCall(parts: Parts, n: number): Promise<Counts> {
  const before = await countsOf(parts);
  const response = await fetch(`${parts.url}/api/calls/initiate/M-${n}`, { method: 'POST' });
  const atAnswer = await countsOf(parts);
  if (response.status !== 202) throw new Error(`the initiate was answered with ${response.status}`);
  await response.arrayBuffer();
  await quiet(parts);
  return difference(before, atAnswer);
}

async function overAndQuiet(parts: Parts): Promise<Counts> {
  while ((await parts.server.call('openCalls')) > 0) await sleep(20);
  await parts.server.call('settle');
  return quiet(parts);
}

async function quiet(parts: Parts): Promise<Counts> {
  for (;;) {
    const before = await countsOf(parts);
    await sleep(QUIET_MS);
    const after = await countsOf(parts);
    if ([...difference(before, after).keys()].every(isPolling)) return after;
  }
}

/** Requests of a minute in which nobody calls. */
async function idleMinute(bench: BenchContext, parts: Parts): Promise<Counts> {
  bench.progress('nobody calls');
  await sleep(SETTLING_MS);
  const seconds = bench.quick ? 15 : 60;
  const before = await countsOf(parts);
  await sleep(seconds * 1_000);
  const idle = difference(before, await countsOf(parts));
  return scaled(idle, 60 / seconds);
}

/** A server asks the queue of wake-ups now and then, and walks the register, whether there are calls or not. */
function isPolling(kind: string): boolean {
  return kind === 'queues GET /-calls/messages' || kind === 'tables GET /Register()';
}

function difference(before: Counts, after: Counts): Counts {
  const grown = [...after].map(([kind, count]) => [kind, count - (before.get(kind) ?? 0)] as const);
  return new Map(grown.filter(([, count]) => count > 0));
}

function scaled(counts: Counts, factor: number): Counts {
  return new Map([...counts].map(([kind, count]) => [kind, count * factor]));
}

function perCall(counts: Counts, calls: number): Counts {
  return scaled(counts, 1 / calls);
}

function sumOf(all: readonly Counts[]): Counts {
  const sum = new Map<string, number>();
  for (const [kind, count] of all.flatMap((counts) => [...counts])) sum.set(kind, (sum.get(kind) ?? 0) + count);
  return sum;
}

/** Without what the server asks whether there are calls or not, as far as that can be told. */
function less(gross: Counts, idle: Counts, minutes: number): Counts {
  const net = [...gross].map(([kind, count]) => [kind, count - (idle.get(kind) ?? 0) * minutes] as const);
  return new Map(net.filter(([kind, count]) => count > 0 && !isPolling(kind)));
}

const NAMES = { tables: 'table requests', queues: 'queue requests', sql: 'SQL batches', acs: 'ACS requests' } as const;
const SERVICES = ['tables', 'queues', 'sql', 'acs'] as const;

function ofCall(whole: Counts, initiated: Counts, services: Services): Measure[] {
  return measured(services).flatMap((service) => [
    absolute(`${NAMES[service]} of a call`, 'requests', total(whole, service), null),
    absolute('  of these until the initiate is answered', 'requests', total(initiated, service), null),
  ]);
}

function ofMinute(idle: Counts, services: Services): Measure[] {
  return measured(services).map((service) =>
    absolute(`${NAMES[service]} of a minute without calls`, 'requests', total(idle, service), null),
  );
}

function measured({ sql }: Services): readonly Service[] {
  return SERVICES.filter((service) => service !== 'sql' || sql !== null);
}

function total(counts: Counts, service: Service): number {
  return [...counts].reduce((sum, [kind, count]) => (kind.startsWith(`${service} `) ? sum + count : sum), 0);
}

function breakdown(counts: Counts, service: Service): string {
  const kinds = [...counts].filter(([kind]) => kind.startsWith(`${service} `));
  const texts = kinds.map(([kind, count]) => `${Number(count.toFixed(1))} ${kind.slice(service.length + 1)}`);
  return texts.join(', ') || 'none';
}
