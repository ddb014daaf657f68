import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFor, wholeBelow } from '../../../src/simulator/faults/prng.ts';
import { createDatabase } from '../../projections/sqlserver/database.ts';
import { azurite, connectionStringOf } from '../../support/azurite.ts';
import { type LossyProxy, startLossyProxy } from '../../support/lossy-proxy.ts';
import { startRecordingProxy } from '../../support/recording-proxy.ts';
import type { BenchContext } from '../row.ts';
import type { SimulatorWorker } from '../workers/simulator.ts';
import type { SystemServerWorker } from '../workers/system-server.ts';

/** Each call of a row is to another member: more than the longest of them asks for in twelve rounds. */
const MEMBERS = 4_000;

/**
 * To whom callbacks go: those of a call to the instance that was asked for it, or each to any. `apart`: as `own`, and each instance has
 * a log, queues and rows of its own, so that they share nothing but the machine.
 */
export type Dealt = 'own' | 'random' | 'apart';

/**
 * Instances on one log, with rows that all of them see, before Azurite and a simulator in which everybody answers everything.
 * @param scale how many times faster than life calls go by
 */
export async function openInstances(
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
  const places = [await openOwn(bench, prefix)];
  const servers: ReturnType<typeof bench.start<SystemServerWorker>>[] = [];
  const urls: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const server = bench.start<SystemServerWorker>('system-server');
    if (index > 0 && dealt === 'apart') places.push(await openOwn(bench, `${prefix}${index}`));
    const { dataDir, settings } = places.at(-1)!;
    const url = await server.call('start', dataDir, acs, {
      TABLES_CONNECTION_STRING: connectionString,
      QUEUE_CONNECTION_STRING: connectionString,
      ...settings,
      CALLBACK_SECRET_KEY: key,
      ...(dealt === 'random' && { PUBLIC_BASE_URL: dealer.url }),
      ...special,
    });
    if (index === 0 || dealt === 'apart') await server.call('addMembersHere', MEMBERS);
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
      // One by one: of two databases that are dropped at once Babelfish refuses one.
      for (const { close } of places) await close();
    },
  };
}

/**
 * Where one instance, or several, keep what is theirs. Rows are in a database where there is one, as on Azure; else in one folder, where
 * each instance sees the calls of all, too, and files that several processes write cost each of them more.
 */
async function openOwn(bench: BenchContext, prefix: string) {
  const dataDir = await bench.tempDir();
  const sqlServer = process.env['TEST_SQL_CONNECTION_STRING'];
  const database = sqlServer ? await createDatabase(sqlServer) : null;
  const settings = {
    TABLES_PREFIX: prefix,
    QUEUE_PREFIX: prefix,
    ...(database && { SQL_CONNECTION_STRING: database.connectionString, MEMBERS_CREATE: 'true' }),
  };
  return { dataDir, settings, close: async () => database?.drop() };
}

export type Instances = Awaited<ReturnType<typeof openInstances>>;

/**
 * Members from..to are called, each by any of the instances, in every run by the same. In turn they would not be: calls that are alike
 * end in turn too, so that by the number of places whoever gives one would always give it to a call of its own, or never.
 */
export async function initiate({ urls }: Instances, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n += 1) {
    const url = urls[wholeBelow(randomFor(1, 'initiate', `M-${n}`), urls.length)];
    const response = await fetch(`${url}/api/calls/initiate/M-${n}`, { method: 'POST' });
    if (response.status !== 202) throw new Error(`the initiate was answered with ${response.status}`);
    await response.arrayBuffer();
  }
}

/** Resolves when so many calls have come to their end, and what they caused is over. */
export async function ended({ simulator, servers }: Instances, count: number): Promise<void> {
  while ((await simulator.call('endedCalls')) < count) await sleep(20);
  for (const server of servers) await server.call('settle');
}

/** What was asked of a service so far, by kind and status, such as `PUT /Dialling(key) 204`. */
export type Asked = Readonly<Record<string, number>>;

export type Used = { readonly cpuMs: number; readonly tables: Asked; readonly queues: Asked; readonly atMs: number };

/** What all instances have used so far. */
export async function usedBy({ servers, tables, queues, prefix }: Instances): Promise<Used> {
  const usages = await Promise.all(servers.map((server) => server.call('usage')));
  const of = (proxy: LossyProxy): Asked =>
    Object.fromEntries(Object.entries(proxy.counts().answers).map(([kind, n]) => [kind.replaceAll(prefix, ''), n]));
  const cpuMs = usages.reduce((sum, { cpuMicros }) => sum + cpuMicros / 1_000, 0);
  return { cpuMs, tables: of(tables), queues: of(queues), atMs: performance.now() };
}

/** What was asked for between two moments, per call. */
export function perCall(before: Asked, after: Asked, calls: number): ReadonlyMap<string, number> {
  const grown = Object.entries(after).map(([kind, count]) => [kind, (count - (before[kind] ?? 0)) / calls] as const);
  return new Map(grown.filter(([, count]) => count > 0));
}
