import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import pino from 'pino';
import { createAcsTelephony } from '../../src/adapters/telephony/acs.ts';
import { type RunningCallApp, startCallApp } from '../../src/app/call-app.ts';
import type { Telephony } from '../../src/app/ports.ts';
import { randomIds } from '../../src/composition/ids.ts';
import { inFiles, openStores } from '../../src/composition/stores.ts';
import { TIMING } from '../../src/domain/call/timing.ts';
import { buildServer } from '../../src/http/server.ts';
import { createCallbackVerifier } from '../../src/identity/acs-callbacks.ts';
import { createCallSecrets } from '../../src/identity/call-secrets.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import { openTablesLog } from '../../src/log/tables/log.ts';
import { loadQuestionnaire } from '../../src/questionnaires/load.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { azurite, connectionStringOf } from '../support/azurite.ts';
import { startLossyProxy } from '../support/lossy-proxy.ts';
import { makeDataDir, membersOf, type Person, scriptsOf } from './harness.ts';
import { type Sluice, startSluice } from './sluice.ts';

/**
 * A server made of the same parts as the real one, with its log on Azure's tables, of which everything is counted that it
 * asks of its stores. Its time stands still, so that nothing happens but what a callback causes.
 */
export type CountedRig = {
  readonly url: string;
  readonly app: RunningCallApp;
  readonly sluice: Sluice;
  /** The log seen by somebody else, whose requests are not counted. */
  readonly log: Pick<CallEventLog, 'read'>;
  /** Requests to the tables so far. */
  tableRequests(): number;
  /** Every use of the read models and members so far, such as `members.find`. */
  readonly rowUses: readonly string[];
  /** Commands wait from now on before they go to the provider. */
  hold(): void;
  /** They go on; resolves when they have been answered, the outcomes are recorded and the read models show it. */
  release(): Promise<void>;
  close(): Promise<void>;
};

const SIMULATOR_TIME_SCALE = 200;

export async function startCountedRig(people: readonly Person[]): Promise<CountedRig> {
  const { tablesUrl, queuesUrl, connectionString } = await azurite();
  const tables = await startLossyProxy(tablesUrl, { seed: 1 });
  const counted = connectionStringOf({ tables: tables.url, queues: new URL(queuesUrl).origin });
  const prefix = `Counted${randomUUID().slice(0, 8)}`;
  const options = { prefix, createTables: true, writeId: randomUUID };
  const log = await openTablesLog({ connectionString: counted }, options);
  const outside = await openTablesLog({ connectionString }, options);
  const dataDir = await makeDataDir(membersOf(people));
  const opened = await openStores(inFiles(dataDir));
  const rowUses: string[] = [];
  const note = (use: string): void => void rowUses.push(use);
  const simulator = await startSimulator({ seed: 1, timeScale: SIMULATOR_TIME_SCALE, members: scriptsOf(people) });
  const sluice = await startSluice();
  const acs = createAcsTelephony({
    connectionString: simulator.connectionString,
    cognitiveServicesEndpoint: simulator.settings.COGNITIVE_SERVICES_ENDPOINT,
    allowInsecureConnection: true,
  });
  const gate = gated(acs);
  const logger = pino({ level: 'silent' });
  const nowMs = Date.now();
  const app = await startCallApp({
    log,
    readStore: watched(opened.readStore, 'readStore', note),
    members: watched(opened.members, 'members', note),
    telephony: gate.telephony,
    secrets: createCallSecrets(Buffer.alloc(32, 9)),
    clock: { now: () => nowMs, after: () => () => {} },
    ids: randomIds,
    dialPolicy: { concurrentCalls: 100, callsPerSecond: 100 },
    journal: logger,
    timing: TIMING,
    questionnaire: await loadQuestionnaire(),
    callerId: '+15550100000',
    callbackUrl: `${sluice.url}/api/calls/events`,
  });
  const callbackVerifier = createCallbackVerifier({
    issuer: simulator.issuer,
    audience: simulator.resourceId,
    jwksUrl: simulator.jwksUrl,
    clockToleranceSeconds: 300,
    now: Date.now,
  });
  const config = { publicBaseUrl: sluice.url, callbackUrlAllow: [], staff: { mode: 'loopback' } } as const;
  const server = buildServer({ app, config, callbackVerifier, logger });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    app,
    sluice,
    log: outside,
    tableRequests: () => tables.counts().total,
    rowUses,
    hold: gate.hold,
    async release() {
      gate.release();
      await app.idle();
    },
    async close() {
      gate.release();
      await server.close();
      await app.close();
      for (const part of [acs, simulator, sluice, opened.members, opened.readStore, opened.log, log, outside, tables])
        await part.close();
      await rm(dataDir, { recursive: true, force: true });
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
