import { rm } from 'node:fs/promises';
import { type Test, test } from 'uvu';
import * as assert from 'uvu/assert';
import { rowsOf } from '../../projections/rows.ts';
import { rebuildReadModels } from '../../src/audit/rebuild.ts';
import { verifyLog } from '../../src/audit/verify/verify.ts';
import { PROVIDERS } from '../../src/composition/providers.ts';
import { inFiles, openStores, type Stores } from '../../src/composition/stores.ts';
import { foldStream } from '../../src/domain/call/stream.ts';
import type { Entry } from '../../src/domain/entries.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { allEntries } from '../support/entries.ts';
import { freePort } from '../support/free-port.ts';
import { BEFORE_READINGS, skipWithoutBuild, unpackBuild, whyNoBuild } from '../support/older-build.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import type { TempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { type Child, spawnServer, untilReady } from './child.ts';
import { assertNothingLost } from './evidence.ts';
import {
  assertDialledOnce,
  initiate,
  makeDataDir,
  membersOf,
  type Person,
  scriptsOf,
  UNPACED,
  untilEnded,
} from './rig.ts';

/** Slow enough that calls stand at every point when a server is stopped. */
const TIME_SCALE = 30;
/** Fewer legs than calls, so that some wait for their turn. */
const LEGS = '8';

/** What carrier and ACS say of a path that failed: the first reading takes it for the member's line, the second does not. */
const PATH_FAILED: Person = { behaviour: { answer: { code: 410, subCode: 301_004 }, ringMs: 500 } };

/** Some end soon, some are in the middle of it, and one rings, whenever the server is stopped. */
const GROUP: readonly Person[] = [
  PATH_FAILED,
  { behaviour: 'busy' },
  { behaviour: 'silent-mailbox' },
  { behaviour: { preset: 'answers-all', ringMs: 180_000 } },
  { behaviour: 'says-no' },
  { behaviour: 'answers-all' },
  { behaviour: 'hangs-up-during-question-2' },
  { behaviour: 'answers-all' },
  // These two are initiated while the provider takes nothing.
  PATH_FAILED,
  { behaviour: 'answers-all' },
];
const WHILE_REFUSED = 2;

/** The older build and the one of now in turn, and how each ends. One that is told to stop has recorded every refusal. */
const LIVES = [
  { build: 'older', end: 'kill' },
  { build: 'now', end: 'stop' },
  { build: 'older', end: 'kill' },
] as const;

const people = LIVES.flatMap(() => GROUP);
const members = membersOf(people);

let older: TempDir;
let simulator: Simulator;
let proxy: RecordingProxy;
let dataDir: string;
let port: number;
let child: Child | undefined;

async function prepare(): Promise<void> {
  older = await unpackBuild(BEFORE_READINGS);
  dataDir = await makeDataDir(members);
  port = await freePort();
  proxy = await startRecordingProxy(() => port);
  simulator = await startSimulator({
    seed: 20_261_126,
    timeScale: TIME_SCALE,
    callsPerCallerId: 0,
    members: scriptsOf(people),
    // Deliveries outlast a restart, and so does the memory of repeated requests.
    faults: { callbackAttempts: 14, callbackRetryDelayMs: 300, repeatabilityMs: 86_400_000 },
  });
}

async function tidyUp(): Promise<void> {
  await child?.kill();
  await Promise.all([proxy, simulator].map((part) => part.close()));
  for (const folder of [dataDir, older.path]) await rm(folder, { recursive: true, force: true });
}

const url = () => `http://127.0.0.1:${port}`;

async function start(build: 'older' | 'now'): Promise<Child> {
  const settings = {
    ...UNPACED,
    PORT: String(port),
    PUBLIC_BASE_URL: proxy.url,
    DATA_DIR: dataDir,
    CONCURRENT_CALLS: LEGS,
    LOG_LEVEL: 'warn',
    ...simulator.settings,
  };
  child = spawnServer(settings, build === 'older' ? { folder: older.path } : {});
  await untilReady(url(), child);
  return child;
}

/**
 * Initiates a group, and lets it come to where some calls are over, some are led, and others wait.
 * @param untilHangUp whether until one cannot be hung up, too: by then it may be the last that was led
 */
async function lead(group: readonly string[], untilHangUp: boolean): Promise<string[]> {
  const before = simulator.stats();
  const ids = await initiateAll(group.slice(0, -WHILE_REFUSED));
  await until('a call is over and others are led', () => {
    const { dials, requestsByOperation } = simulator.stats();
    const led = simulator.calls().filter(({ state, recognizes }) => state === 'connected' && recognizes > 1);
    const hungUp = (requestsByOperation['terminate'] ?? 0) > (before.requestsByOperation['terminate'] ?? 0);
    return dials > before.dials && led.length > 0 && hungUp;
  });
  simulator.setFaults({ requestOperations: ['createCall', 'terminate'], throttleRate: 1 });
  const hangUps = (): number => simulator.stats().requestsByOperation['terminate'] ?? 0;
  const taken = hangUps();
  ids.push(...(await initiateAll(group.slice(-WHILE_REFUSED))));
  await until('the provider takes nothing', () => simulator.stats().requestFaults > before.requestFaults);
  if (untilHangUp) await until('a call cannot be hung up', () => hangUps() > taken);
  return ids;
}

function initiateAll(group: readonly string[]): Promise<string[]> {
  return Promise.all(group.map((memberId) => initiate(url(), memberId)));
}

/** What calls stand at, read while no server has the log. */
async function inStores<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
  const stores = await openStores(inFiles(dataDir));
  try {
    return await work(stores);
  } finally {
    for (const store of [stores.members, stores.readStore, stores.log]) await store.close();
  }
}

async function folded({ log }: Stores, id: string) {
  const { state } = foldStream(PROVIDERS, id, await log.read(id));
  assert.ok(state);
  return state;
}

function initiates(entries: readonly Entry[], ids: readonly string[]): unknown[] {
  const opened = entries.filter(({ type, stream }) => type === 'InitiateCall' && ids.includes(stream));
  return opened.map(({ data }) => (JSON.parse(data) as { reading?: number }).reading);
}

async function forthAndBack(): Promise<void> {
  const stoodAt = new Set<string>();
  const groups: string[][] = [];
  for (const [life, { build, end }] of LIVES.entries()) {
    const server = await start(build);
    simulator.setFaults({ throttleRate: 0 });
    if (life === 2) {
      const { disposition } = await untilEnded(url(), groups[1]!.at(-WHILE_REFUSED)!);
      assert.is(disposition, 'bad-number', 'a call of the new reading that ends under the older build');
    }
    const group = members.slice(life * GROUP.length, (life + 1) * GROUP.length);
    const ids = group.map(({ memberId }) => memberId);
    groups.push(await lead(ids, life === 0));
    if (end === 'kill') await server.kill();
    else assert.is(await server.stop(), 0, server.output());
    await inStores(async (stores) => {
      for (const id of groups.flat()) stoodAt.add((await folded(stores, id)).position.at);
    });
  }
  const last = await start('now');
  simulator.setFaults({ throttleRate: 0 });
  const ids = groups.flat();
  await Promise.all(ids.map((id) => untilEnded(url(), id)));
  assert.is(await last.stop(), 0, last.output());
  for (const position of ['queued', 'placing', 'ringing', 'asking', 'hanging-up', 'ended'])
    assert.ok(stoodAt.has(position), `calls were ${position} when a server ended: ${[...stoodAt]}`);
  assertDialledOnce(simulator, members);
  await inStores((stores) => assertSoundAfterRebuild(stores, groups));
}

async function assertSoundAfterRebuild(stores: Stores, groups: readonly string[][]): Promise<void> {
  const { log, readStore } = stores;
  const entries = await allEntries(log);
  await assertNothingLost(entries, proxy.acknowledged.keys());
  assert.equal((await verifyLog(log)).findings, []);
  const readings = groups.map((ids) => [...new Set(initiates(entries, ids))]);
  assert.equal(readings, [[undefined], [2], [undefined]], 'both builds have begun calls');
  const [begunOlder, begunNow] = [groups[0]![0]!, groups[1]!.at(-WHILE_REFUSED)!];
  const shown = async (id: string) => (await readStore.bySession(id))?.session.disposition;
  assert.is(await shown(begunNow), 'bad-number', 'as the older build has written it');
  const first = await rebuildReadModels(log, readStore, PROVIDERS);
  assert.equal(
    first.differences.filter((id) => !groups[1]!.includes(id)),
    [],
  );
  assert.equal((await rebuildReadModels(log, readStore, PROVIDERS)).differences, []);
  assert.is(await shown(begunNow), 'provider-failure', 'its own reading');
  assert.is(await shown(begunOlder), 'bad-number', 'the reading under which it was begun');
  for (const id of groups.flat()) assert.equal(await readStore.bySession(id), rowsOf(await folded(stores, id)));
}

function forthAndBackIn(own: Test): void {
  own.before(prepare);
  own.after(tidyUp);
  own(
    'a build and the one before it on one log, forth and back: nothing is lost, nobody is dialled twice, every call ends',
    forthAndBack,
  );
}

const missing = whyNoBuild(BEFORE_READINGS);
if (missing === null) {
  forthAndBackIn(test);
  test.run();
} else {
  skipWithoutBuild('versions on one log', missing);
}
