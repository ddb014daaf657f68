import { rm } from 'node:fs/promises';
import pino from 'pino';
import { type RunningCallApp, startCallApp } from '../../src/app/call-app.ts';
import { inFiles, openStores, type Stores } from '../../src/composition/stores.ts';
import type { Member } from '../../src/domain/member/members.ts';
import type { Faults } from '../../src/simulator/faults/faults.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { telephonyTo } from '../support/acs-telephony.ts';
import {
  appDeps,
  IMPATIENT,
  IMPATIENT_PROVIDERS,
  IMPATIENT_REQUEST_MS,
  IMPATIENT_SCALE,
  serveApp,
  verifierOf,
} from '../support/application.ts';
import { type FaultyLog, faultyLog } from '../support/faulty-log.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { makeDataDir, membersOf, type Person, scriptsOf } from './rig.ts';

/** A server made of the same parts as the real one, whose limits of time are so short that a test can wait for them. */
export type ImpatientRig = {
  readonly url: string;
  readonly app: RunningCallApp;
  readonly stores: Stores;
  readonly log: FaultyLog;
  readonly simulator: Simulator;
  readonly proxy: RecordingProxy;
  readonly members: readonly Member[];
  readonly logged: readonly string[];
  close(): Promise<void>;
};

export async function startImpatientRig(people: readonly Person[], faults: Partial<Faults>): Promise<ImpatientRig> {
  const members = membersOf(people);
  const dataDir = await makeDataDir(members);
  const opened = await openStores(inFiles(dataDir));
  const log = faultyLog(opened.log);
  const stores = { ...opened, log };
  let url = 'http://127.0.0.1';
  const proxy = await startRecordingProxy(() => Number(new URL(url).port));
  const simulator = await startSimulator({
    seed: 1,
    timeScale: IMPATIENT_SCALE,
    callsPerCallerId: 0,
    members: scriptsOf(people),
    faults: { repeatabilityMs: 86_400_000, ...faults },
  });
  const telephony = telephonyTo(simulator.settings, IMPATIENT_REQUEST_MS);
  const logged: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const callbackUrl = `${proxy.url}/api/calls/events`;
  const app = await startCallApp(
    appDeps({ ...stores, telephony, journal: logger, timing: IMPATIENT, providers: IMPATIENT_PROVIDERS, callbackUrl }),
  );
  const callbackVerifier = verifierOf(simulator);
  const served = await serveApp({ app, callbackVerifier, logger, publicBaseUrl: proxy.url });
  url = served.url;
  return {
    url,
    app,
    stores,
    log,
    simulator,
    proxy,
    members,
    logged,
    async close() {
      await served.server.close();
      await app.close();
      for (const part of [telephony, simulator, proxy, stores.members, stores.readStore, stores.log])
        await part.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
