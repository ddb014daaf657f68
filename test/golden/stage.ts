import { type CallAppDeps, type RunningCallApp, startCallApp } from '../../src/app/call-app.ts';
import type { Telephony } from '../../src/app/ports.ts';
import { eventGridOf } from '../../src/composition/parts.ts';
import { inFiles, openStores, type Stores } from '../../src/composition/stores.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import type { Member } from '../../src/domain/member/members.ts';
import { type Faults, NO_FAULTS } from '../../src/simulator/faults/faults.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { assertSound, type Person } from '../e2e/rig.ts';
import { telephonyTo } from '../support/acs-telephony.ts';
import {
  appDeps,
  IMPATIENT,
  IMPATIENT_PROVIDERS,
  IMPATIENT_REQUEST_MS,
  IMPATIENT_SCALE,
  SECRETS,
  serveApp,
  verifierOf,
} from '../support/application.ts';
import { type FaultyLog, faultyLog } from '../support/faulty-log.ts';
import { freePort } from '../support/free-port.ts';
import { tempDir } from '../support/temp-dir.ts';

export const EVENT_GRID_SECRET = 'the-secret-that-event-grid-sends-along';
export const SUBSCRIPTIONS = ['grid-schema', 'cloud-schema'] as const;

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
  const { path: dataDir, remove } = await tempDir('golden');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const usual = { ...NO_FAULTS, repeatabilityMs: 86_400_000 };
  const simulator = await startSimulator({
    seed: 1,
    timeScale: IMPATIENT_SCALE,
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
      await remove();
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
  const telephony = telephonyTo(simulator.settings, IMPATIENT_REQUEST_MS);
  const callbackUrl = `${url}/api/calls/events`;
  const app = await startCallApp(
    appDeps({ ...stores, telephony, timing: IMPATIENT, providers: IMPATIENT_PROVIDERS, callbackUrl, ...changes }),
  );
  const callbackVerifier = verifierOf(simulator);
  const { server } = await serveApp({ app, callbackVerifier, publicBaseUrl: url, port, eventGrid: eventGrid() });
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

function eventGrid() {
  const auth = { mode: 'secret', secret: EVENT_GRID_SECRET } as const;
  return eventGridOf({ eventGrid: { subscriptions: [...SUBSCRIPTIONS], auth } }, systemClock)!;
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
