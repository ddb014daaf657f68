import { rm } from 'node:fs/promises';
import pino from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startServer } from '../../src/composition/server.ts';
import { readConfig } from '../../src/config/config.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { allEntries, entriesOfOthers } from '../support/entries.ts';
import { freePort } from '../support/free-port.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { until } from '../support/until.ts';
import { spawnServer } from './child.ts';
import { assertNothingLost } from './evidence.ts';
import {
  assertDialledOnce,
  assertSound,
  initiate,
  makeDataDir,
  membersOf,
  type Person,
  scriptsOf,
  untilEnded,
} from './rig.ts';

const TIME_SCALE = 20;
const people: readonly Person[] = Array.from({ length: 8 }, () => ({ behaviour: 'answers-all' }));
const members = membersOf(people);

let simulator: Simulator;
let proxy: RecordingProxy;
let dataDir: string;
let port: number;

test.before(async () => {
  port = await freePort();
  proxy = await startRecordingProxy(() => port);
  dataDir = await makeDataDir(members);
  const faults = { callbackAttempts: 8 };
  simulator = await startSimulator({
    seed: 1,
    timeScale: TIME_SCALE,
    callsPerCallerId: 0,
    members: scriptsOf(people),
    faults,
  });
});
test.after(async () => {
  await proxy.close();
  await simulator.close();
  await rm(dataDir, { recursive: true, force: true });
});

function start() {
  const env = {
    PORT: String(port),
    PUBLIC_BASE_URL: proxy.url,
    DATA_DIR: dataDir,
    ...simulator.settings,
  };
  return startServer(readConfig(env), { logger: pino({ level: 'silent' }) });
}

/** Past the proxy, which is the provider's way only. */
const url = () => `http://127.0.0.1:${port}`;

test('a server that is told to stop answers what has arrived, and the next one goes on with its calls', async () => {
  const first = await start();
  const ids = await Promise.all(members.map(({ memberId }) => initiate(url(), memberId)));
  await until('callbacks come in', () => simulator.stats().callbacksSent > members.length * 2);
  await first.close();
  const acknowledged = proxy.acknowledged.size;
  assert.ok(acknowledged > 0);

  const second = await start();
  try {
    assert.ok(second.app.caughtUp.open > 0, 'calls were open at the restart');
    const ended = await Promise.all(ids.map((id) => untilEnded(url(), id)));
    assert.equal(new Set(ended.map(({ disposition }) => disposition)), new Set(['completed']));
    assert.equal(second.app.health().openCalls, 0);
    await second.app.idle();
    await assertNothingLost(await allEntries(second.stores.log), proxy.acknowledged.keys());
    await assertSound(second.stores);
    assertDialledOnce(simulator, members, true);
  } finally {
    await second.close();
  }
});

test('a second server on the same data is refused with advice, and the first one is unharmed', async () => {
  const first = await start();
  try {
    const before = await entriesOfOthers(first.stores.log);
    const rival = spawnServer({ SIMULATOR: 'true', DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' });
    assert.is(await rival.exited, 2, rival.output());
    assert.match(rival.output(), /^LOG_IN_USE: /);
    assert.match(rival.output(), /another (process|server)/);
    assert.equal(await entriesOfOthers(first.stores.log), before);
    const id = await initiate(url(), 'M-1');
    assert.is((await untilEnded(url(), id)).disposition, 'completed');
  } finally {
    await first.close();
  }
});

test.run();
