import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCheckpointFolder } from '../../src/adapters/checkpoints/folder.ts';
import { verifyLog } from '../../src/audit/verify/verify.ts';
import { inFiles, openStores, storeFiles } from '../../src/composition/stores.ts';
import { inspectSqliteLog } from '../../src/log/sqlite/log.ts';
import { randomFor, wholeBelow } from '../../src/simulator/faults/prng.ts';
import type { PresetName } from '../../src/simulator/members/members.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { allEntries } from '../support/entries.ts';
import { freePort } from '../support/free-port.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { pause } from '../support/until.ts';
import { type Child, spawnServer, untilReady } from './child.ts';
import { assertNothingLost } from './evidence.ts';
import {
  answersOf,
  assertDialledOnce,
  assertSound,
  initiateStubbornly,
  makeDataDir,
  membersOf,
  scriptsOf,
  UNPACED,
  untilEnded,
} from './rig.ts';

const SEED = 20_260_302;
const ROUNDS = 3;
const CALLS_PER_ROUND = 12;
/** Slow enough that calls run for seconds and a kill meets every part of one. */
const TIME_SCALE = 25;
const PRESETS: readonly PresetName[] = ['answers-all', 'answers-all', 'says-no', 'hangs-up-during-question-2', 'busy'];

const people = Array.from({ length: ROUNDS * CALLS_PER_ROUND }, (_, index) => ({
  behaviour: PRESETS[index % PRESETS.length]!,
}));
const members = membersOf(people);

let simulator: Simulator;
let proxy: RecordingProxy;
let child: Child | undefined;
let dataDir: string;

test.before(async () => {
  dataDir = await makeDataDir(members);
  simulator = await startSimulator({
    seed: SEED,
    timeScale: TIME_SCALE,
    callsPerCallerId: 0,
    members: scriptsOf(people),
    // Deliveries outlast a restart, and so does the memory of repeated requests.
    faults: { callbackAttempts: 10, callbackRetryDelayMs: 300, repeatabilityMs: 86_400_000 },
  });
});
test.after(async () => {
  await child?.kill();
  await proxy.close();
  await simulator.close();
  await rm(dataDir, { recursive: true, force: true });
});

function settings(port: number): Record<string, string> {
  return {
    PORT: String(port),
    PUBLIC_BASE_URL: proxy.url,
    DATA_DIR: dataDir,
    ...UNPACED,
    LOG_LEVEL: 'warn',
    ...simulator.settings,
  };
}

test('killed again and again: nothing acknowledged is missing, every call ends, no phone is dialled twice', async () => {
  const port = await freePort();
  proxy = await startRecordingProxy(() => port);
  const url = `http://127.0.0.1:${port}`;
  const random = randomFor(SEED, 'kills');
  const initiated: Promise<string>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    child = spawnServer(settings(port));
    await untilReady(url, child);
    const called = members.slice(round * CALLS_PER_ROUND, (round + 1) * CALLS_PER_ROUND);
    initiated.push(...called.map(({ memberId }) => initiateStubbornly([url], memberId)));
    await pause(30 + wholeBelow(random, 1_000));
    await child.kill();
  }
  child = spawnServer(settings(port));
  await untilReady(url, child);
  const ids = await Promise.all(initiated);
  const ended = await Promise.all(ids.map((id) => untilEnded(url, id)));
  assert.is(await child.stop(), 0, child.output());
  assert.is(new Set(ids).size, members.length);
  assertDialledOnce(simulator, members);
  await assertLogIsWhole();
  await assertProvable();
  const completed = ended.filter(({ disposition }) => disposition === 'completed');
  for (const call of completed) assert.equal(answersOf(call), ['1:yes', '2:yes', '3:yes']);
  assert.ok(completed.length > 0, 'calls are completed in spite of it');
});

async function assertLogIsWhole(): Promise<void> {
  const stores = await openStores(inFiles(dataDir));
  try {
    await assertNothingLost(await allEntries(stores.log), proxy.acknowledged.keys());
    assert.ok(proxy.acknowledged.size > members.length);
    await assertSound(stores);
  } finally {
    for (const store of [stores.members, stores.readStore, stores.log]) await store.close();
  }
}

/** Nothing contradicts the tree that all lives have written, nor was anything written while another process had the log. */
async function assertProvable(): Promise<void> {
  const log = inspectSqliteLog(storeFiles(dataDir).log);
  const store = createCheckpointFolder(join(dataDir, 'checkpoints'));
  const anchors = { key: null, known: [], witnesses: [], quorum: 0 };
  const tree = { store, anchors, lateBefore: new Date().toISOString() };
  const { findings, notes, restsOn } = await verifyLog(log, { inspection: log.inspection, tree });
  await log.close();
  assert.equal(findings, []);
  // What the killed ones left is read back when it is older than two intervals, which takes longer than this test.
  assert.ok(restsOn!.size > 0, 'what the last one wrote is in the tree');
  const kinds = new Set(notes.map(({ kind }) => kind));
  assert.ok(!kinds.has('no-checkpoints') && !kinds.has('unrecorded-batch'), [...kinds].join());
}

test.run();
