import { rmSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyLog } from '../../src/audit/verify/verify.ts';
import { inFiles, openLog } from '../../src/composition/stores.ts';
import { freePort } from '../support/free-port.ts';
import { eventually, until } from '../support/until.ts';
import { type Child, spawnServer, untilReady } from './child.ts';
import { FORBEARING, startImpatientRig } from './impatient-rig.ts';
import { initiate, makeDataDir, membersOf, untilEnded } from './rig.ts';

type Readiness = { readonly status: number; readonly codes: readonly string[] };

const test = suite('a disk that is full');
const people = Array.from({ length: 60 }, () => ({ behaviour: 'answers-all' as const }));

async function readiness(url: string): Promise<Readiness> {
  const response = await fetch(`${url}/health/ready`);
  const { codes } = (await response.json()) as Readiness;
  return { status: response.status, codes };
}

/** Out of service for the log's sake; a checkpoint that was due meanwhile could not be made either, and is told of too. */
async function isWithoutLog(url: string): Promise<boolean> {
  const { status, codes } = await readiness(url);
  return status === 503 && codes.includes('LOG_UNAVAILABLE');
}

/** What a coordinator is told: `Initiated`, or the code of the problem. How fast this machine is says nothing. */
async function answerTo(url: string, memberId: string): Promise<string> {
  return eventually('an answer that is not about the load', async () => {
    const response = await fetch(`${url}/api/calls/initiate/${memberId}`, { method: 'POST' });
    const { status, code } = (await response.json()) as { status: string; code?: string };
    if (code !== undefined) assert.is(response.headers.has('retry-after'), response.status === 503);
    return code === 'OVERLOADED' ? null : (code ?? status);
  });
}

test('a server that cannot write its log refuses calls, says that it is not ready, and stays alive', async () => {
  const dataDir = await makeDataDir(membersOf(people));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = { PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'warn', TIME_SCALE: '50' };
  const env = { ...settings, SIMULATOR: 'true', SHUTDOWN_SECONDS: '0' };
  const children: Child[] = [];
  try {
    // What it takes to begin with is there: from here on only the log grows.
    const first = spawnServer(env);
    children.push(first);
    await untilReady(url, first);
    await first.stop();
    // No file may grow beyond 100 KiB: not a full disk, but a write that fails as on one, without rights to make a disk.
    const child = spawnServer(env, { fileBlocksMax: 200 });
    children.push(child);
    await untilReady(url, child);
    let accepted = 0;
    await until('the log is full', async () => {
      const answer = await answerTo(url, `M-${accepted + 1}`);
      if (answer === 'Initiated') accepted += 1;
      return answer === 'UNAVAILABLE';
    });
    assert.ok(accepted > 0);
    assert.ok(await isWithoutLog(url));
    assert.is((await fetch(`${url}/health/live`)).status, 200);
    await child.stop();
    const log = await openLog(inFiles(dataDir), 'read');
    assert.equal((await verifyLog(log)).findings, []);
    await log.close();
    const roomy = spawnServer(env);
    children.push(roomy);
    await untilReady(url, roomy);
    await roomy.stop();
  } finally {
    for (const child of children) await child.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('when there is room again the server comes back by itself, without traffic, and calls are taken', async () => {
  const rig = await startImpatientRig([{ behaviour: 'answers-all' }], {}, FORBEARING);
  try {
    rig.log.full('the disk is full');
    assert.is(await answerTo(rig.url, 'M-1'), 'UNAVAILABLE');
    assert.ok(await isWithoutLog(rig.url));
    rig.log.full(null);
    await until('it is ready', async () => (await readiness(rig.url)).status === 200, 100);
    const call = await untilEnded(rig.url, await initiate(rig.url, 'M-1'));
    assert.is(call.disposition, 'completed');
  } finally {
    await rig.close();
  }
});

test('below the reserve a real server takes no new call, says why, and stays in service', async () => {
  const dataDir = await makeDataDir(membersOf(people));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const reserve = String(2 ** 50);
  const child = spawnServer({
    PORT: String(port),
    SIMULATOR: 'true',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
    DISK_RESERVE: reserve,
  });
  try {
    await untilReady(url, child);
    await until('the disk was looked at', async () => (await readiness(url)).codes.includes('DISK_LOW'));
    assert.is(await answerTo(url, 'M-1'), 'DISK_LOW');
    assert.is((await readiness(url)).status, 200);
    const metrics = await eventually('metrics', async () => {
      const response = await fetch(`${url}/metrics`);
      const text = await response.text();
      return response.ok ? text : null;
    });
    assert.match(metrics, /^callistra_disk_low 1$/m);
    assert.match(metrics, /^callistra_disk_free_bytes \d{5,}$/m);
    assert.match(child.output(), 'the disk is nearly full');
    assert.is(await child.stop(), 0);
  } finally {
    await child.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test.run();
