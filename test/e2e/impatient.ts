import { rm } from 'node:fs/promises';
import pino from 'pino';
import { createAcsTelephony } from '../../src/adapters/telephony/acs.ts';
import { type RunningCallApp, startCallApp } from '../../src/app/call-app.ts';
import { randomIds } from '../../src/composition/ids.ts';
import { inFiles, openStores, type Stores } from '../../src/composition/stores.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { scaleTiming, TIMING, type Timing } from '../../src/domain/call/timing.ts';
import type { Member } from '../../src/domain/member/members.ts';
import { buildServer } from '../../src/http/server.ts';
import { createCallbackVerifier } from '../../src/identity/acs-callbacks.ts';
import { createCallSecrets } from '../../src/identity/call-secrets.ts';
import { loadQuestionnaire } from '../../src/questionnaires/load.ts';
import type { Faults } from '../../src/simulator/faults/faults.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { type FaultyLog, faultyLog } from '../support/faulty-log.ts';
import { makeDataDir, membersOf, type Person, scriptsOf } from './harness.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

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

const TIME_SCALE = 50;
const REQUEST_TIMEOUT_MS = 1_500;

const IMPATIENT: Timing = {
  ...scaleTiming(TIMING, TIME_SCALE),
  answerMs: 2_500,
  ringMs: 5_000,
  mediaMarginMs: 500,
  hangUpMs: 400,
  retryMs: 50,
  retryMaxMs: 400,
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
    timeScale: TIME_SCALE,
    callsPerCallerId: 0,
    members: scriptsOf(people),
    faults: { repeatabilityMs: 86_400_000, ...faults },
  });
  const telephony = createAcsTelephony({
    connectionString: simulator.connectionString,
    cognitiveServicesEndpoint: simulator.settings.COGNITIVE_SERVICES_ENDPOINT,
    allowInsecureConnection: true,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  });
  const logged: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const app = await startCallApp({
    ...stores,
    telephony,
    secrets: createCallSecrets(Buffer.alloc(32, 9)),
    clock: systemClock,
    ids: randomIds,
    dialPolicy: { concurrentCalls: 10_000, callsPerSecond: 10_000 },
    journal: logger,
    timing: IMPATIENT,
    questionnaire: await loadQuestionnaire(),
    callerId: '+15550100000',
    callbackUrl: `${proxy.url}/api/calls/events`,
  });
  const callbackVerifier = createCallbackVerifier({
    issuer: simulator.issuer,
    audience: simulator.resourceId,
    jwksUrl: simulator.jwksUrl,
    clockToleranceSeconds: 300,
    now: Date.now,
  });
  // How fast this machine is must not decide what a test finds.
  const limits = { maxEventLoopDelayMs: 0 };
  const config = { publicBaseUrl: proxy.url, callbackUrlAllow: [], staff: { mode: 'loopback' }, limits } as const;
  const server = buildServer({ app, config, callbackVerifier, logger });
  url = await server.listen({ host: '127.0.0.1', port: 0 });
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
      await server.close();
      await app.close();
      for (const part of [telephony, simulator, proxy, stores.members, stores.readStore, stores.log])
        await part.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
