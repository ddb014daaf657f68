import { rm } from 'node:fs/promises';
import pino from 'pino';
import { type RunningCallApp, startCallApp } from '../../src/app/call-app.ts';
import { inFiles, openStores, type Stores } from '../../src/composition/stores.ts';
import type { Timing } from '../../src/domain/call/timing.ts';
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
import { PATIENCE_MS } from '../support/until.ts';
import { makeDataDir, membersOf, type Person, scriptsOf } from './rig.ts';

/** How long things may take, and from when on a request to the provider is given up. */
export type Patience = { readonly timing?: Timing; readonly requestMs?: number };

/** Limits of time that no call reaches, however busy the machine is: for tests in which every call must go well. */
export const FORBEARING: Patience = patience(PATIENCE_MS / IMPATIENT_REQUEST_MS);

/** Limits so many times as long as those that a test can wait for. */
export function patience(factor: number): Patience {
  const { answerMs, ringMs, mediaMarginMs, hangUpMs } = IMPATIENT;
  const longer = { answerMs, ringMs, mediaMarginMs, hangUpMs };
  for (const limit of ['answerMs', 'ringMs', 'mediaMarginMs', 'hangUpMs'] as const) longer[limit] *= factor;
  return { timing: { ...IMPATIENT, ...longer }, requestMs: IMPATIENT_REQUEST_MS * factor };
}

/**
 * A busy machine may be too slow for limits that a test can wait for, so that nothing goes well any more: then it is
 * played again, with longer ones.
 */
export async function playPatiently<T>(play: (patience: Patience) => Promise<T>, isTelling: (played: T) => boolean) {
  const played: T[] = [];
  for (const factor of [1, 4, 16]) {
    played.push(await play(patience(factor)));
    if (isTelling(played.at(-1)!)) break;
  }
  return played;
}

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

export async function startImpatientRig(
  people: readonly Person[],
  faults: Partial<Faults>,
  { timing = IMPATIENT, requestMs = IMPATIENT_REQUEST_MS }: Patience = {},
): Promise<ImpatientRig> {
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
  const telephony = telephonyTo(simulator.settings, requestMs);
  const logged: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const callbackUrl = `${proxy.url}/api/calls/events`;
  const app = await startCallApp(
    appDeps({ ...stores, telephony, journal: logger, timing, providers: IMPATIENT_PROVIDERS, callbackUrl }),
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
