import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallRows } from '../../projections/ports.ts';
import { rowsOf } from '../../projections/rows.ts';
import { openSqlServer, type SqlServer } from '../../projections/sqlserver/pool.ts';
import { rebuildReadModels } from '../../src/audit/rebuild.ts';
import { verifyLog } from '../../src/audit/verify/verify.ts';
import { PROVIDERS } from '../../src/composition/providers.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { foldStream } from '../../src/domain/call/stream.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import { openTablesLog } from '../../src/log/tables/log.ts';
import type { PresetName } from '../../src/simulator/members/members.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { createDatabase, type OwnDatabase } from '../projections/sqlserver/database.ts';
import { connectionString as sqlServerForTests } from '../projections/sqlserver/rig.ts';
import { azurite, connectionStringOf } from '../support/azurite.ts';
import { allEntries } from '../support/entries.ts';
import { freePort } from '../support/free-port.ts';
import { type LossyProxy, startLossyProxy } from '../support/lossy-proxy.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { until } from '../support/until.ts';
import { type Child, spawnServer, untilReady } from './child.ts';
import { assertNothingLost } from './evidence.ts';
import { assertDialledOnce, initiateStubbornly, makeDataDir, membersOf, scriptsOf, statusOf, UNPACED } from './rig.ts';

const SEED = 20_261_122;
/** Slow enough that the kill meets calls in every part. */
const TIME_SCALE = 15;
const PRESETS: readonly PresetName[] = ['answers-all', 'answers-all', 'says-no', 'hangs-up-during-question-2', 'busy'];
const FAULTS = { lostAnswer: 0.03, reset: 0.02, busy: 0.02, failedAfter: 0.02, failedBefore: 0.01, delay: 0.2 };

/** Legs that may be up at once, few enough that calls wait for places all the time. */
const LEGS_MAX = 5;

const people = Array.from({ length: 20 }, (_, index) => ({ behaviour: PRESETS[index % PRESETS.length]! }));
const members = membersOf(people);
const prefix = `E2e${randomUUID().slice(0, 8)}`;

type Instance = { readonly child: Child; readonly port: number; readonly url: string; readonly dataDir: string };

let simulator: Simulator;
/** The most legs that were up at once. */
let mostLegs = 0;
let callbacks: RecordingProxy;
let storage: { readonly tables: LossyProxy; readonly queues: LossyProxy };
let log: CallEventLog;
const instances: Instance[] = [];
/** Where there is a SQL Server the instances share their read models too; else each has files of its own. */
let database: OwnDatabase | null = null;

test.before(async () => {
  const { tablesUrl, queuesUrl, connectionString } = await azurite();
  storage = {
    tables: await startLossyProxy(new URL(tablesUrl).origin, { seed: SEED }),
    queues: await startLossyProxy(new URL(queuesUrl).origin, { seed: SEED + 1 }),
  };
  simulator = await startSimulator({
    seed: SEED,
    timeScale: TIME_SCALE,
    callsPerCallerId: 0,
    onEvent() {
      mostLegs = Math.max(mostLegs, simulator.stats().openCalls);
    },
    members: scriptsOf(people),
    // Deliveries outlast a restart, and so does the memory of repeated requests.
    faults: { callbackAttempts: 10, callbackRetryDelayMs: 300, repeatabilityMs: 86_400_000 },
  });
  callbacks = await startRecordingProxy(whoseTurn());
  if (sqlServerForTests) {
    database = await createDatabase(sqlServerForTests);
    await inDatabase(database, async (sqlServer) => {
      await sqlServer.migrate();
      await sqlServer.members.save(members);
    });
  }
  log = await openTablesLog({ connectionString }, { prefix, createTables: true, writeId: randomUUID });
});
test.after(async () => {
  for (const { child, dataDir } of instances) {
    await child.kill();
    await rm(dataDir, { recursive: true, force: true });
  }
  await database?.drop();
  await Promise.all([callbacks, simulator, storage.tables, storage.queues, log].map((part) => part.close()));
});

/** Callbacks of one call go to both instances in turn, as behind a load balancer that knows who lives. */
function whoseTurn(): () => number {
  let turn = 0;
  return () => {
    const living = instances.filter(
      ({ child }) => child.process.exitCode === null && child.process.signalCode === null,
    );
    turn += 1;
    return living[turn % Math.max(1, living.length)]?.port ?? 1;
  };
}

async function startInstance(): Promise<Instance> {
  const port = await freePort();
  const dataDir = await makeDataDir(members);
  const child = spawnServer({
    PORT: String(port),
    PUBLIC_BASE_URL: callbacks.url,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    ...UNPACED,
    TABLES_CONNECTION_STRING: connectionStringOf({ tables: storage.tables.url, queues: storage.queues.url }),
    TABLES_PREFIX: prefix,
    QUEUE_CONNECTION_STRING: connectionStringOf({ tables: storage.tables.url, queues: storage.queues.url }),
    QUEUE_PREFIX: prefix.toLowerCase(),
    CONCURRENT_CALLS: String(LEGS_MAX),
    CALLS_PER_SECOND: '30',
    CALLBACK_SECRET_KEY: 'the-same-on-all-instances-of-this-test',
    ...(database && { SQL_CONNECTION_STRING: database.connectionString }),
    ...simulator.settings,
  });
  const instance = { child, port, url: `http://127.0.0.1:${port}`, dataDir };
  await untilReady(instance.url, child);
  instances.push(instance);
  return instance;
}

async function shown(callSessionId: string): Promise<CallRows | null> {
  const { state } = foldStream(PROVIDERS, callSessionId, await log.read(callSessionId));
  return state && rowsOf(state);
}

async function isShown(url: string, ids: readonly string[]): Promise<boolean> {
  const calls = await Promise.all(ids.map((id) => statusOf(url, id)));
  return calls.every(({ disposition }) => disposition !== null);
}

async function inDatabase<T>(
  { connectionString }: OwnDatabase,
  work: (sqlServer: SqlServer) => Promise<T>,
): Promise<T> {
  const sqlServer = openSqlServer(
    { connectionString },
    { schema: 'callistra', clock: systemClock, membersCreate: true },
  );
  try {
    return await work(sqlServer);
  } finally {
    await sqlServer.close();
  }
}

test('two processes on one log behind a lossy network: one is killed, and every call ends with every answer', async () => {
  const [first, second] = [await startInstance(), await startInstance()];
  storage.tables.setFaults(FAULTS);
  // A message lost together with its sender is found by the sweep, a minute later: the queue's own tests wait for that.
  storage.queues.setFaults({ lostAnswer: FAULTS.lostAnswer, delay: FAULTS.delay });
  const urls = [first.url, second.url];
  const initiating = members.map(({ memberId }, index) =>
    initiateStubbornly(index % 2 === 0 ? urls : [...urls].reverse(), memberId),
  );
  await until('calls are being answered', () => callbacks.acknowledged.size > members.length);
  await first.child.kill();
  const ids = await Promise.all(initiating);
  const allEnded = async (): Promise<boolean> => {
    const rows = await Promise.all(ids.map(shown));
    return rows.every((row) => row !== null && row.session.disposition !== null);
  };
  // All streams are read for it: whoever asked without a pause would hold up those that write them.
  await until('every call has ended', allEnded, 500);
  if (database) await until('every end is shown', () => isShown(second.url, ids), 500);
  assert.is(await second.child.stop(), 0, second.child.output());
  if (database) {
    const rebuilt = await inDatabase(database, ({ readStore }) => rebuildReadModels(log, readStore, PROVIDERS));
    assert.equal([rebuilt.sessions, rebuilt.differences], [members.length, []]);
  }

  assertDialledOnce(simulator, members);
  assert.ok(mostLegs <= LEGS_MAX, `${mostLegs} legs were up at once`);
  await assertNothingLost(await allEntries(log), callbacks.acknowledged.keys());
  assert.equal((await verifyLog(log)).findings, []);
  const rows = await Promise.all(ids.map(shown));
  const completed = rows.filter((row) => row?.session.disposition === 'completed');
  for (const row of completed)
    assert.equal(
      row?.responses.map(({ response }) => response),
      ['yes', 'yes', 'yes'],
    );
  assert.ok(completed.length > 0, 'calls are completed in spite of it');
  const { faults } = storage.tables.counts();
  assert.ok((faults['lostAnswer'] ?? 0) > 0 && (faults['reset'] ?? 0) > 0, 'the network was lossy');
});

test.run();
