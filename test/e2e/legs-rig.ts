import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import pino from 'pino';
import { type RunningServer, startServer } from '../../src/composition/server.ts';
import { readConfig } from '../../src/config/config.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { UNHURRIED } from '../support/application.ts';
import { azurite, connectionStringOf } from '../support/azurite.ts';
import { freePort } from '../support/free-port.ts';
import { type LossyProxy, startLossyProxy } from '../support/lossy-proxy.ts';
import { startRecordingProxy } from '../support/recording-proxy.ts';
import { until } from '../support/until.ts';
import { type Child, spawnServer, untilReady } from './child.ts';
import { initiateStubbornly, makeDataDir, membersOf } from './rig.ts';

/** What a test does with an instance. */
export type LegsInstance = {
  readonly url: string;
  /** Null: it runs in this process. */
  readonly child: Child | null;
  /** What lies between it and the account's tables. */
  readonly tables: LossyProxy;
  /** In good order, as at SIGTERM. */
  stop(): Promise<void>;
};

/** Instances on one log, and a provider that counts legs. */
export type LegsRig = {
  readonly instances: readonly LegsInstance[];
  readonly simulator: Simulator;
  /** The most legs that were up at once; over this line, if one is named. */
  most(line?: string): number;
  legs(): number;
  /** Has everybody called, by the instances in turn. */
  callAll(): Promise<void>;
  /** Dials so far. */
  dials(): number;
  /** Resolves when everybody was called and nobody is on the line. */
  allOver(): Promise<void>;
  close(): Promise<void>;
};

export type LegsOptions = {
  readonly people: number;
  readonly callMs: number;
  /** Where each instance runs. */
  readonly where: readonly ('here' | 'process')[];
  /** Legs that may be up at once over a line. */
  readonly limit: number;
  /** What each instance places its calls over; absent: all over one. */
  readonly lines?: readonly string[];
};

/** Requests for the row of places. */
export const PLACES = /Dialling/;

export async function startLegsRig({ people, callMs, where, limit, lines = [] }: LegsOptions): Promise<LegsRig> {
  const { tablesUrl } = await azurite();
  const members = membersOf(Array.from({ length: people }, () => ({ behaviour: 'answers-all' as const })));
  const prefix = `L${randomUUID().slice(0, 8)}`;
  const instances: (LegsInstance & { isUp: boolean; port: number; close(): Promise<void> })[] = [];
  const most = new Map<string, number>();
  let turn = 0;
  const simulator = await startSimulator({
    callsPerCallerId: 0,
    defaultMember: { ringMs: 200, hangsUpAfterMs: callMs },
    onEvent() {
      for (const [line, legs] of legsByLine(simulator)) most.set(line, Math.max(most.get(line) ?? 0, legs));
    },
  });
  const callbacks = await startRecordingProxy(() => {
    const living = instances.filter(({ isUp }) => isUp);
    turn += 1;
    return living[turn % Math.max(1, living.length)]?.port ?? 1;
  });
  for (const [index, place] of where.entries()) {
    const tables = await startLossyProxy(new URL(tablesUrl).origin, { seed: 1 });
    const port = await freePort();
    const dataDir = await makeDataDir(members);
    const env = {
      PORT: String(port),
      PUBLIC_BASE_URL: callbacks.url,
      DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
      TABLES_CONNECTION_STRING: connectionStringOf({ tables: tables.url, queues: tables.url }),
      TABLES_PREFIX: prefix,
      CONCURRENT_CALLS: String(limit),
      CALLS_PER_SECOND: '20',
      CALLBACK_SECRET_KEY: 'the-same-on-all-instances-of-this-test',
      ...simulator.settings,
      ...(lines[index] && { ACS_CALLER_ID: lines[index] }),
    };
    const url = `http://127.0.0.1:${port}`;
    const child = place === 'process' ? spawnServer(env) : null;
    const server: RunningServer | null = child
      ? null
      : await startServer(readConfig(env), { logger: pino({ level: 'silent' }), limits: UNHURRIED });
    if (child) await untilReady(url, child);
    const instance = {
      url,
      child,
      tables,
      port,
      isUp: true,
      async stop() {
        // Callbacks reach it until it is gone.
        await (child ? child.stop() : server?.close({ callsMs: 10_000 }));
        instance.isUp = false;
      },
      async close() {
        await (child ? child.kill() : instance.isUp && server?.close());
        await tables.close();
        await rm(dataDir, { recursive: true, force: true });
      },
    };
    instances.push(instance);
  }
  const dials = (): number => Object.values(simulator.stats().dialsByNumber).reduce((sum, count) => sum + count, 0);
  return {
    instances,
    simulator,
    most: (line = ALL) => most.get(line) ?? 0,
    legs: () => simulator.stats().openCalls,
    dials,
    async callAll() {
      const urls = instances.map(({ url }) => url);
      await Promise.all(
        members.map(({ memberId }, index) =>
          initiateStubbornly([...urls.slice(index % urls.length), ...urls.slice(0, index % urls.length)], memberId),
        ),
      );
    },
    allOver: () => until('everybody was called', () => dials() >= people && simulator.stats().openCalls === 0),
    async close() {
      await Promise.all(instances.map(({ close }) => close()));
      await Promise.all([callbacks.close(), simulator.close()]);
    },
  };
}

/** Among the lines: all together. */
const ALL = '';

function legsByLine(simulator: Simulator): ReadonlyMap<string, number> {
  const up = simulator.calls().filter(({ state }) => state !== 'disconnected');
  const byLine = new Map([[ALL, simulator.stats().openCalls]]);
  for (const { from } of up) byLine.set(from, (byLine.get(from) ?? 0) + 1);
  return byLine;
}
