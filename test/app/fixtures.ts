import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAcsTelephony } from '../../src/adapters/telephony/acs.ts';
import { type CallAppDeps, type RunningCallApp, startCallApp } from '../../src/app/call-app.ts';
import type { Journal, JournalFields } from '../../src/app/ports.ts';
import type { Clock } from '../../src/base/clock.ts';
import { randomIds } from '../../src/composition/ids.ts';
import { inFiles, openStores, type Stores } from '../../src/composition/stores.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { TIMING } from '../../src/domain/call/timing.ts';
import type { Entry } from '../../src/domain/entries.ts';
import { createCallSecrets } from '../../src/identity/call-secrets.ts';
import { loadQuestionnaire } from '../../src/questionnaires/load.ts';
import type { Faults } from '../../src/simulator/faults/faults.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';

export const QUESTIONNAIRE = await loadQuestionnaire();
export const SECRETS = createCallSecrets(Buffer.alloc(32, 7));
export const MEMBERS = Array.from({ length: 30 }, (_, index) => ({
  memberId: `M-${index + 1}`,
  phoneNumber: `+1555010${String(2_000 + index)}`,
}));

/** For tests that are not about pacing. */
export const UNPACED = { concurrentCalls: 10_000, callsPerSecond: 10_000 };

type JournalLine = { readonly level: string; readonly fields: JournalFields; readonly message: string };

/** The application's parts in a directory of their own, and a provider that nobody has to be told apart from ACS. */
export type Bench = {
  readonly dir: string;
  readonly stores: Stores;
  readonly simulator: Simulator;
  readonly journal: readonly JournalLine[];
  readonly deps: CallAppDeps;
  /** Starts an instance over the same stores. */
  start(changes?: Partial<CallAppDeps>): Promise<RunningCallApp>;
  stream(name: string): Promise<readonly Entry[]>;
  /** Every entry of every stream. */
  entries(): Promise<Entry[]>;
  close(): Promise<void>;
};

export async function openBench(options: { clock?: Clock; faults?: Partial<Faults> } = {}): Promise<Bench> {
  const dir = await mkdtemp(join(tmpdir(), 'callistra-app-'));
  const stores = await openStores(inFiles(dir));
  await stores.members.save(MEMBERS);
  // Nobody listens where the callbacks go: these tests hand callbacks to the application themselves.
  const faults = { callbackAttempts: 1, repeatabilityMs: 86_400_000, ...options.faults };
  const simulator = await startSimulator({ callsPerCallerId: 0, seed: 1, timeScale: 100, faults });
  const telephony = createAcsTelephony({
    connectionString: simulator.connectionString,
    cognitiveServicesEndpoint: simulator.settings.COGNITIVE_SERVICES_ENDPOINT,
    allowInsecureConnection: true,
  });
  const journal: JournalLine[] = [];
  const running: RunningCallApp[] = [];
  const deps: CallAppDeps = {
    ...stores,
    telephony,
    secrets: SECRETS,
    clock: options.clock ?? systemClock,
    ids: randomIds,
    dialPolicy: UNPACED,
    journal: journalInto(journal),
    timing: TIMING,
    questionnaire: QUESTIONNAIRE,
    callerId: '+15550100000',
    callbackUrl: 'http://127.0.0.1:9/api/calls/events',
  };
  return {
    dir,
    stores,
    simulator,
    journal,
    deps,
    async start(changes = {}) {
      const app = await startCallApp({ ...deps, ...changes });
      running.push(app);
      return app;
    },
    stream: (name) => stores.log.read(name),
    entries: () => allEntries(stores.log),
    async close() {
      for (const app of running) await app.close();
      await telephony.close();
      await simulator.close();
      for (const store of [stores.members, stores.readStore, stores.log]) await store.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function journalInto(lines: JournalLine[]): Journal {
  const write = (level: string) => (fields: JournalFields, message: string) =>
    void lines.push({ level, fields, message });
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

export async function allEntries(log: Stores['log']): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const stream of log.registered()) entries.push(...(await log.read(stream)));
  return entries;
}

/** Waits for a condition, and says which one was in vain. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> {
  const endMs = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`in vain waited for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

let events = 0;

function nextEventId(): string {
  events += 1;
  return `event-${events}`;
}

/** A callback as the HTTP side hands it over; of no connection in particular unless `data` names one. */
export function callback(name: string, data: Readonly<Record<string, unknown>> = {}, id = nextEventId()) {
  const type = `Microsoft.Communication.${name}`;
  const whole = { resultInformation: { code: 200, subCode: 0 }, ...data };
  return { id, type, data: whole, raw: JSON.stringify({ id, type, data: whole }) };
}
