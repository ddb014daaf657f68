import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { createAcsTelephony } from '../../src/adapters/telephony/acs.ts';
import { type CallAppDeps, type RunningCallApp, startCallApp } from '../../src/app/call-app.ts';
import type { Telephony } from '../../src/app/ports.ts';
import { randomIds } from '../../src/composition/ids.ts';
import { eventGridOf } from '../../src/composition/parts.ts';
import { inFiles, openStores, type Stores } from '../../src/composition/stores.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { scaleTiming, TIMING, type Timing } from '../../src/domain/call/timing.ts';
import type { Member } from '../../src/domain/member/members.ts';
import { buildServer } from '../../src/http/server.ts';
import { createCallbackVerifier } from '../../src/identity/acs-callbacks.ts';
import { createCallSecrets } from '../../src/identity/call-secrets.ts';
import { loadQuestionnaire } from '../../src/questionnaires/load.ts';
import { type Faults, NO_FAULTS } from '../../src/simulator/faults/faults.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { freePort } from '../e2e/child.ts';
import { assertSound, type Person } from '../e2e/harness.ts';
import { type FaultyLog, faultyLog } from '../support/faulty-log.ts';

const TIME_SCALE = 50;
const SECRETS = createCallSecrets(Buffer.alloc(32, 9));
export const EVENT_GRID_SECRET = 'the-secret-that-event-grid-sends-along';
export const SUBSCRIPTIONS = ['grid-schema', 'cloud-schema'] as const;

/** Limits of time that a recording can wait for. */
const IMPATIENT: Timing = {
  ...scaleTiming(TIMING, TIME_SCALE),
  answerMs: 2_500,
  ringMs: 5_000,
  mediaMarginMs: 500,
  hangUpMs: 400,
  retryMs: 50,
  retryMaxMs: 400,
};

/** One data directory and one provider, under which server after server runs. */
export type Stage = {
  readonly dataDir: string;
  readonly url: string;
  readonly simulator: Simulator;
  /** Replaces all faults by these. */
  faults(faults: Partial<Faults>): void;
  /** Where the provider posts the callbacks of a call, known or not. */
  callbackUri(callSessionId: string): string;
  /** Starts the next server on what the one before has left. */
  start(changes?: Partial<CallAppDeps>): Promise<Session>;
  close(): Promise<void>;
};

/** A server's life. */
export type Session = {
  readonly app: RunningCallApp;
  readonly log: FaultyLog;
  readonly stores: Stores;
  readonly telephony: Telephony;
  /** Somebody new who can be called. */
  person(behaviour: Person['behaviour']): Promise<Member>;
  close(): Promise<void>;
};

export async function openStage(): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'callistra-golden-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const usual = { ...NO_FAULTS, repeatabilityMs: 86_400_000 };
  const simulator = await startSimulator({
    seed: 1,
    timeScale: TIME_SCALE,
    callsPerCallerId: 0,
    faults: usual,
    eventGrid: { pstnCallEvents: true },
  });
  const people = peopleOf(simulator);
  return {
    dataDir,
    url,
    simulator,
    faults: (faults) => simulator.setFaults({ ...usual, ...faults }),
    callbackUri: (call) => `${url}/api/calls/events?${new URLSearchParams({ call, secret: SECRETS.of(call) })}`,
    start: (changes = {}) => startSession({ dataDir, port, url, simulator, people }, changes),
    async close() {
      await simulator.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

type Place = Pick<Stage, 'dataDir' | 'url' | 'simulator'> & {
  readonly port: number;
  readonly people: (stores: Stores) => Session['person'];
};

async function startSession(place: Place, changes: Partial<CallAppDeps>): Promise<Session> {
  const { dataDir, port, url, simulator, people } = place;
  const opened = await openStores(inFiles(dataDir));
  const log = faultyLog(opened.log);
  const stores = { ...opened, log };
  const telephony = createAcsTelephony({
    connectionString: simulator.connectionString,
    cognitiveServicesEndpoint: simulator.settings.COGNITIVE_SERVICES_ENDPOINT,
    allowInsecureConnection: true,
    requestTimeoutMs: 1_500,
  });
  const logger = pino({ level: 'silent' });
  const app = await startCallApp({
    ...stores,
    telephony,
    secrets: SECRETS,
    clock: systemClock,
    ids: randomIds,
    dialPolicy: { concurrentCalls: 10_000, callsPerSecond: 10_000 },
    journal: logger,
    timing: IMPATIENT,
    questionnaire: await loadQuestionnaire(),
    callerId: '+15550100000',
    callbackUrl: `${url}/api/calls/events`,
    ...changes,
  });
  const server = buildServer({ app, config: httpConfig(url), callbackVerifier: verifierOf(simulator), logger });
  await server.listen({ host: '127.0.0.1', port });
  return {
    app,
    log,
    stores,
    telephony,
    person: people(stores),
    async close() {
      await server.close();
      await app.close();
      await assertSound(stores);
      for (const part of [telephony, stores.members, stores.readStore, stores.log]) await part.close();
    },
  };
}

function httpConfig(url: string) {
  const auth = { mode: 'secret', secret: EVENT_GRID_SECRET } as const;
  const eventGrid = eventGridOf({ eventGrid: { subscriptions: [...SUBSCRIPTIONS], auth } }, systemClock)!;
  // How fast this machine is must not decide what is recorded.
  const limits = { maxEventLoopDelayMs: 0 };
  return { publicBaseUrl: url, callbackUrlAllow: [], staff: { mode: 'loopback' }, eventGrid, limits } as const;
}

function verifierOf({ issuer, resourceId, jwksUrl }: Simulator) {
  return createCallbackVerifier({ issuer, audience: resourceId, jwksUrl, clockToleranceSeconds: 300, now: Date.now });
}

function peopleOf(simulator: Simulator): Place['people'] {
  let count = 0;
  return (stores) => async (behaviour) => {
    count += 1;
    const member = { memberId: `M-${1_000 + count}`, phoneNumber: `+1555010${3_000 + count}` };
    simulator.setMember(member.phoneNumber, behaviour);
    await stores.members.save([member]);
    return member;
  };
}
