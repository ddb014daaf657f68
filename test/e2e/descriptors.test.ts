import { rm } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inFiles, openStores } from '../../src/composition/stores.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { allEntries } from '../support/entries.ts';
import { freePort } from '../support/free-port.ts';
import { rawConnection } from '../support/raw-connection.ts';
import { startRecordingProxy } from '../support/recording-proxy.ts';
import { eventually, pause, until } from '../support/until.ts';
import { spawnServer, untilReady } from './child.ts';
import { assertNothingLost } from './evidence.ts';
import {
  assertDialledOnce,
  assertSound,
  initiate,
  makeDataDir,
  membersOf,
  scriptsOf,
  UNPACED,
  untilEnded,
} from './rig.ts';

/** A server needs some forty of them, and its start more: modules are read side by side, on a slow machine hundreds of them. */
const OPEN_FILES = 2_000;
const TIME_SCALE = 20;
const people = Array.from({ length: 8 }, () => ({ behaviour: 'answers-all' as const }));
const members = membersOf(people);

test('with no file or connection left to open it lives, loses nothing that it acknowledged, and goes on when there are some', async () => {
  const port = await freePort();
  const proxy = await startRecordingProxy(() => port);
  const dataDir = await makeDataDir(members);
  const faults = { callbackAttempts: 8 };
  const simulator = await startSimulator({
    seed: 1,
    timeScale: TIME_SCALE,
    callsPerCallerId: 0,
    members: scriptsOf(people),
    faults,
  });
  const env = { PORT: String(port), PUBLIC_BASE_URL: proxy.url, DATA_DIR: dataDir, ...UNPACED, ...simulator.settings };
  const child = spawnServer(env, { openFiles: OPEN_FILES });
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(url, child);
    const ids = [await initiate(url, 'M-1'), await initiate(url, 'M-2')];
    const crowd = await Promise.all(Array.from({ length: OPEN_FILES + 50 }, () => rawConnection(port)));
    // Who finds no place is let go of at once, and not left to wait.
    const turnedAway = Promise.race(crowd.map(({ ended }) => ended));
    assert.is(await turnedAway, '');
    const begun = simulator.stats().callbackAttempts;
    await until('callbacks are tried meanwhile', () => simulator.stats().callbackAttempts > begun);
    // Whatever it does every second, it does without a file.
    await pause(1_200);
    assert.is(child.process.exitCode, null, child.output());

    for (const { socket } of crowd) socket.destroy();
    for (const { memberId } of members.slice(2)) {
      const asked = () => initiate(url, memberId, { 'idempotency-key': memberId }).catch(() => null);
      ids.push(await eventually(`a call of ${memberId}`, asked));
    }
    for (const id of ids) await untilEnded(url, id);
    assert.is(await child.stop(), 0, child.output());
    assert.not.match(child.output(), 'that nobody caught');
    assertDialledOnce(simulator, members, true);
    const stores = await openStores(inFiles(dataDir));
    await assertNothingLost(await allEntries(stores.log), proxy.acknowledged.keys());
    await assertSound(stores);
    await stores.close();
  } finally {
    await child.kill();
    await proxy.close();
    await simulator.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});

test.run();
