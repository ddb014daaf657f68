import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import pino from 'pino';
import { type RunningCallApp, startCallApp } from '../../src/app/call-app.ts';
import type { Telephony } from '../../src/app/ports.ts';
import { keepHeads } from '../../src/audit/checkpoints/heads.ts';
import type { Clock } from '../../src/base/clock.ts';
import { openAudit } from '../../src/composition/audit.ts';
import { PROVIDERS } from '../../src/composition/providers.ts';
import { inFiles, type OpenStores, openStores } from '../../src/composition/stores.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import { openTablesLog } from '../../src/log/tables/log.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { telephonyTo } from '../support/acs-telephony.ts';
import { appDeps, serveApp, verifierOf } from '../support/application.ts';
import { azurite, connectionStringOf } from '../support/azurite.ts';
import { type HoldingProxy, startHoldingProxy } from '../support/holding-proxy.ts';
import { startLossyProxy } from '../support/lossy-proxy.ts';
import { NO_VERIFICATIONS } from '../support/memory-audit.ts';
import { makeDataDir, membersOf, type Person, scriptsOf } from './rig.ts';

/**
 * A server made of the same parts as the real one, with its log on Azure's tables, of which everything is counted that it
 * asks of its stores. Its time stands still, so that nothing happens but what a callback causes.
 */
export type CountedRig = {
  readonly url: string;
  readonly app: RunningCallApp;
  /** Of every instance, the first one's too. */
  readonly urls: readonly string[];
  readonly callbacks: HoldingProxy;
  /** The log seen by somebody else, whose requests are not counted. */
  readonly log: Pick<CallEventLog, 'read'>;
  /** Requests to the tables so far. */
  tableRequests(): number;
  /** The same by kind, such as `POST /Events`. */
  tableRequestsByKind(): Readonly<Record<string, number>>;
  /** Its clock goes on; nothing happens by that. */
  pass(ms: number): void;
  /** Every use of the read models and members so far, such as `members.find`. */
  readonly rowUses: readonly string[];
  /** Commands wait from now on before they go to the provider. */
  hold(): void;
  /** They go on; resolves when they have been answered, the outcomes are recorded and the read models show it. */
  release(): Promise<void>;
  close(): Promise<void>;
};

const SILENT = pino({ level: 'silent' });
const SIMULATOR_TIME_SCALE = 200;

type CountedOptions = {
  /** Whether heads are kept for checkpoints, and looks recorded, as a server does. */
  readonly trail?: boolean;
  /** How many share the log, and the read models; absent: one. */
  readonly instances?: number;
};

export async function startCountedRig(
  people: readonly Person[],
  { trail = false, instances = 1 }: CountedOptions = {},
): Promise<CountedRig> {
  const { tablesUrl, queuesUrl, connectionString } = await azurite();
  const tables = await startLossyProxy(tablesUrl, { seed: 1 });
  const counted = connectionStringOf({ tables: tables.url, queues: new URL(queuesUrl).origin });
  const prefix = `Counted${randomUUID().slice(0, 8)}`;
  const options = { prefix, createTables: true, writeId: randomUUID };
  const outside = await openTablesLog({ connectionString }, options);
  const dataDir = await makeDataDir(membersOf(people));
  const opened = await openStores(inFiles(dataDir));
  const rowUses: string[] = [];
  const note = (use: string): void => void rowUses.push(use);
  const simulator = await startSimulator({ seed: 1, timeScale: SIMULATOR_TIME_SCALE, members: scriptsOf(people) });
  const callbacks = await startHoldingProxy();
  const acs = telephonyTo(simulator.settings);
  const gate = gated(acs);
  const startMs = Date.now();
  let passedMs = 0;
  const clock = { now: () => startMs + passedMs, monotonicMs: () => passedMs, after: () => () => {} };
  const stores = {
    ...opened,
    readStore: watched(opened.readStore, 'readStore', note),
    members: watched(opened.members, 'members', note),
  };
  const shared = { ...stores, simulator, callbacks, telephony: gate.telephony, clock, trail };
  const running: Instance[] = [];
  for (let n = 0; n < instances; n += 1) {
    running.push(await startInstance(shared, await openTablesLog({ connectionString: counted }, options)));
  }
  const [first] = running;
  return {
    url: first!.url,
    app: first!.app,
    urls: running.map(({ url }) => url),
    callbacks,
    log: outside,
    tableRequests: () => tables.counts().total,
    tableRequestsByKind() {
      const { requests } = tables.counts();
      return Object.fromEntries(Object.entries(requests).map(([kind, count]) => [kind.replace(prefix, ''), count]));
    },
    pass(ms) {
      passedMs += ms;
    },
    rowUses,
    hold: gate.hold,
    async release() {
      gate.release();
      for (const { app } of running) await app.idle();
    },
    async close() {
      gate.release();
      for (const instance of running) await instance.close();
      for (const part of [acs, simulator, callbacks, opened, outside, tables]) await part.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

type Shared = OpenStores & {
  readonly simulator: Simulator;
  readonly callbacks: HoldingProxy;
  readonly telephony: Telephony;
  readonly clock: Clock;
  readonly trail: boolean;
};

type Instance = { readonly url: string; readonly app: RunningCallApp; close(): Promise<void> };

async function startInstance(shared: Shared, log: CallEventLog): Promise<Instance> {
  const { simulator, callbacks, telephony, clock, trail, readStore, members } = shared;
  const app = await startCallApp(
    appDeps({
      log: trail ? keepHeads(log, clock).log : log,
      readStore,
      members,
      telephony,
      clock,
      callbackUrl: `${callbacks.url}/api/calls/events`,
    }),
  );
  const callbackVerifier = verifierOf(simulator);
  const parts = { ...shared, log: app.log, journal: SILENT, providers: PROVIDERS, proofs: null, sealed: null };
  const rest = { staffNames: new Map(), verifications: NO_VERIFICATIONS };
  const audit = trail ? openAudit({ ...parts, publicBaseUrl: 'https://calls.example', ...rest }) : null;
  const served = { app, callbackVerifier, publicBaseUrl: callbacks.url };
  const { url, server } = await serveApp({ ...served, ...(audit && { audit }) });
  return {
    url,
    app,
    async close() {
      await server.close();
      await audit?.close();
      await app.close();
      await log.close();
    },
  };
}

/** The same telephony, whose requests can be made to wait. */
function gated(acs: Telephony) {
  let opened = Promise.resolve();
  let open = (): void => {};
  const telephony: Telephony = {
    async send(command, call) {
      await opened;
      return acs.send(command, call);
    },
    close: () => acs.close(),
  };
  return {
    telephony,
    hold() {
      opened = new Promise((resolve) => {
        open = resolve;
      });
    },
    release: () => open(),
  };
}

/** The same store, of which every use is noted under its name. */
function watched<T extends object>(store: T, name: string, note: (use: string) => void): T {
  return new Proxy(store, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      const use = `${name}.${String(key)}`;
      if (typeof value === 'object' && value !== null) return watched(value, use, note);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        note(use);
        return Reflect.apply(value, target, args);
      };
    },
  });
}
