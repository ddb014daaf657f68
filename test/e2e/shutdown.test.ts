import { rm } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inFiles, openStores } from '../../src/composition/stores.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { allEntries } from '../support/entries.ts';
import { freePort } from '../support/free-port.ts';
import { rawConnection } from '../support/raw-connection.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { eventually, until } from '../support/until.ts';
import { type Child, spawnServer, untilReady } from './child.ts';
import { assertNothingLost } from './evidence.ts';
import {
  assertDialledOnce,
  assertSound,
  initiate,
  makeDataDir,
  membersOf,
  type Person,
  scriptsOf,
  statusOf,
  UNPACED,
} from './rig.ts';

/** So slow that a member's silence outlasts the test: the test presses the keys. */
const TIME_SCALE = 0.05;
/** Longer than any test may take: whoever waits for it is found. */
const FOREVER = '600';
const people: readonly Person[] = Array.from({ length: 3 }, () => ({ behaviour: { ringMs: 0 } }));
const members = membersOf(people);

let simulator: Simulator;
let proxy: RecordingProxy;
let dataDir: string;
let port: number;
let child: Child;

test.before.each(async () => {
  port = await freePort();
  proxy = await startRecordingProxy(() => port);
  dataDir = await makeDataDir(members);
  simulator = await startSimulator({ seed: 1, timeScale: TIME_SCALE, members: scriptsOf(people) });
});
test.after.each(async () => {
  await child.kill();
  await proxy.close();
  await simulator.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(env: Readonly<Record<string, string>>): Promise<string> {
  child = spawnServer({
    PORT: String(port),
    PUBLIC_BASE_URL: proxy.url,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    CONCURRENT_CALLS: '1',
    ...simulator.settings,
    TIME_SCALE: '1',
    ...env,
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  return url;
}

const asked = (): number => simulator.stats().requestsByOperation['recognize'] ?? 0;

/** Presses a key as soon as there is a question to answer, so often that one is heard. */
async function answerNext(questions: number): Promise<void> {
  await until('a question', () => asked() >= questions);
  await until('the next question', () => {
    for (const { callConnectionId } of simulator.calls()) simulator.press(callConnectionId, ['one']);
    return asked() > questions;
  });
}

/** The read model follows the log a moment later. */
function untilDetected(url: string, id: string): Promise<void> {
  return until('the person is shown', async () => (await statusOf(url, id)).status === 'PersonDetected');
}

function hangUp(): void {
  for (const { callConnectionId } of simulator.calls()) simulator.hangUp(callConnectionId);
}

/** On another connection when the one that was kept has just been let go of. */
function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return eventually(`an answer of ${path}`, () => fetch(`http://127.0.0.1:${port}${path}`, init).catch(() => null));
}

/** Tells it to stop, and waits until it says so. */
function tellToStop(): Promise<Response> {
  child.process.kill('SIGTERM');
  return eventually('the word that it shuts down', async () => {
    const answer = await ask('/health/ready');
    return answer.status === 503 ? answer : null;
  });
}

async function read<T>(ask: (stores: Awaited<ReturnType<typeof openStores>>) => Promise<T>): Promise<T> {
  const stores = await openStores(inFiles(dataDir));
  try {
    return await ask(stores);
  } finally {
    await stores.close();
  }
}

test('no connection that is silent, or idle, or in the midst of a line holds up the end; a body that has begun is waited for', async () => {
  const url = await start({ SHUTDOWN_SECONDS: FOREVER });
  const silent = await Promise.all(
    [
      '',
      'GE',
      'GET /health/live HTTP/1.1\r\nhost: loc',
      'GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n',
      'GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\nPOST /api/calls/initiate/M-2 HTTP/1.1\r\n',
    ].map((bytes) => rawConnection(port, bytes)),
  );
  await until('who can be is answered', () => silent.slice(3).every(({ heard }) => heard().includes('"live"')));
  const head = `POST /api/calls/initiate/M-1 HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n`;
  const slow = await rawConnection(port, `${head}{`);
  const seen = await rawConnection(port, 'GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await until('all have been read', () => seen.heard().includes('"live"'));

  child.process.kill('SIGTERM');
  await Promise.all([...silent, seen].map(({ ended }) => ended));
  assert.is(child.process.exitCode, null, 'somebody is still to be answered');
  slow.send('}');
  assert.match(await slow.ended, /^HTTP\/1\.1 202 .*connection: close/is);
  assert.is(await child.exited, 0, child.output());
  const dialled = simulator.stats().dials;
  assert.is(dialled, 0, 'what came too late to be dialled waits for the next start');
  const types = await read(async ({ log }) => (await allEntries(log)).map(({ type }) => type));
  assert.is(types.filter((type) => type === 'InitiateCall').length, 1);
  assert.is(await fetch(url).catch(() => 'nobody listens'), 'nobody listens');
});

test('a call that stands goes on after SIGTERM and is heard to its end; nobody else is dialled, and no new work is taken', async () => {
  const url = await start({ SHUTDOWN_SECONDS: FOREVER });
  const first = await initiate(url, 'M-1');
  const queued = await initiate(url, 'M-2');
  await answerNext(1);

  const ready = await tellToStop();
  const { problems } = (await ready.json()) as { problems: string[] };
  assert.ok(problems.includes('the server is shutting down'), problems.join());
  const refused = await ask('/api/calls/initiate/M-3', { method: 'POST' });
  assert.is(refused.status, 503);
  assert.is(refused.headers.get('content-type'), 'application/problem+json');
  assert.is(refused.headers.get('connection'), 'close');
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.is((await ask('/health/live')).status, 200);
  await answerNext(2);
  await untilDetected(url, first);
  assert.is(child.process.exitCode, null);
  hangUp();
  assert.is(await child.exited, 0, child.output());

  assert.is(simulator.stats().dials, 1);
  const rows = await read(async ({ log, readStore }) => {
    await assertNothingLost(await allEntries(log), proxy.acknowledged.keys());
    return Promise.all([first, queued].map(async (id) => (await readStore.bySession(id))?.session));
  });
  assert.equal(
    rows.map((row) => [row?.status, row?.disposition]),
    [
      ['Disconnected', 'partial'],
      ['Initiated', null],
    ],
  );
});

test('when the time is over it ends all the same, with 0, and the next start goes on with the call', async () => {
  const id = await initiate(await start({ SHUTDOWN_SECONDS: '1' }), 'M-1');
  await answerNext(1);
  assert.is(await child.stop(), 0, child.output());
  assert.match(child.output(), 'calls still stand');

  const url = await start({ SHUTDOWN_SECONDS: FOREVER });
  await answerNext(2);
  await untilDetected(url, id);
  child.process.kill('SIGINT');
  assert.is(await child.exited, 0, 'who presses Ctrl-C does not wait for calls');
  assertDialledOnce(simulator, members);
});

test('told to stop under load it hears every call that stands to its end, and all that it acknowledged is in the log', async () => {
  await simulator.close();
  const crowd: readonly Person[] = Array.from({ length: 40 }, () => ({ behaviour: 'answers-all' }));
  await rm(dataDir, { recursive: true, force: true });
  dataDir = await makeDataDir(membersOf(crowd));
  simulator = await startSimulator({ seed: 1, timeScale: 25, callsPerCallerId: 0, members: scriptsOf(crowd) });
  const url = await start({ SHUTDOWN_SECONDS: FOREVER, ...UNPACED, CONCURRENT_CALLS: '20', TIME_SCALE: '25' });
  const ids = await Promise.all(membersOf(crowd).map(({ memberId }) => initiate(url, memberId)));
  await until('callbacks come in', () => simulator.stats().callbacksSent > 60);
  assert.is(await child.stop(), 0, child.output());
  const { dials, openCalls } = simulator.stats();
  assert.is(openCalls, 0, 'nobody is left on the line');
  await read(async (stores) => {
    const entries = await allEntries(stores.log);
    await assertNothingLost(entries, proxy.acknowledged.keys());
    const shown = await Promise.all(ids.map(async (id) => (await stores.readStore.bySession(id))?.session));
    const ended = shown.filter((row) => row?.disposition === 'completed').length;
    assert.is(ended, dials, 'who was dialled was heard to the end');
    assert.is(shown.filter((row) => row?.disposition === null).length, ids.length - dials);
    await assertSound(stores);
  });
});

test.run();
