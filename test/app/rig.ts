import { createMemoryPlaces } from '../../src/adapters/places/memory.ts';
import { type CallAppDeps, type RunningCallApp, startCallApp } from '../../src/app/call-app.ts';
import type { Clock } from '../../src/base/clock.ts';
import { inFiles, openStores, type Stores } from '../../src/composition/stores.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import type { Entry } from '../../src/domain/entries.ts';
import type { Faults } from '../../src/simulator/faults/faults.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { telephonyTo } from '../support/acs-telephony.ts';
import { appDeps } from '../support/application.ts';
import { allEntries } from '../support/entries.ts';
import { type JournalLine, journalInto } from '../support/journal.ts';
import { tempDir } from '../support/temp-dir.ts';
import { MEMBERS } from './samples.ts';

/** The application's parts in a directory of their own, and a provider that nobody has to be told apart from ACS. */
export type Rig = {
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

export async function openRig(options: { clock?: Clock; faults?: Partial<Faults> } = {}): Promise<Rig> {
  const dir = await tempDir('app');
  const stores = await openStores(inFiles(dir.path));
  await stores.members.save(MEMBERS);
  // Nobody listens where the callbacks go: these tests hand callbacks to the application themselves.
  const faults = { callbackAttempts: 1, repeatabilityMs: 86_400_000, ...options.faults };
  const simulator = await startSimulator({ callsPerCallerId: 0, seed: 1, timeScale: 100, faults });
  const telephony = telephonyTo(simulator.settings);
  const journal: JournalLine[] = [];
  const running: RunningCallApp[] = [];
  const { clock = systemClock } = options;
  const deps = appDeps({ ...stores, telephony, clock, journal: journalInto(journal) });
  return {
    dir: dir.path,
    stores,
    simulator,
    journal,
    deps,
    async start(changes = {}) {
      // As a process of its own has them.
      const places = createMemoryPlaces(clock);
      const app = await startCallApp({ ...deps, places, ...changes });
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
      await dir.remove();
    },
  };
}
