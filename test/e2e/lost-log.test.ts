import { copyFileSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rebuildReadModels } from '../../src/audit/rebuild.ts';
import { NIGHT_HOUR } from '../../src/audit/verify/night.ts';
import type { Clock } from '../../src/base/clock.ts';
import { PROVIDERS } from '../../src/composition/providers.ts';
import { type RunningServer, startServer } from '../../src/composition/server.ts';
import { inFiles, openStores, storeFiles } from '../../src/composition/stores.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { readConfig } from '../../src/config/config.ts';
import { LogError } from '../../src/log/port.ts';
import { allEntries } from '../support/entries.ts';
import { spawnServer } from './child.ts';
import { initiate, makeDataDir, membersOf, scriptsOf, untilEnded } from './rig.ts';

const people = Array.from({ length: 3 }, () => ({ behaviour: 'busy' as const }));
const members = membersOf(people);
const PARTS = ['', '-wal', '-shm'];

const test = suite<{ dataDir: string; calls: string[] }>('a log that was lost');

/** A server in this process; its simulator's members are engaged. */
function start(dataDir: string, clock = systemClock): Promise<RunningServer> {
  const config = readConfig({ PORT: '0', SIMULATOR: 'true', DATA_DIR: dataDir, TIME_SCALE: '50' });
  return startServer(config, { logger: pino({ level: 'silent' }), clock, simulator: { members: scriptsOf(people) } });
}

async function call(server: RunningServer, memberId: string): Promise<string> {
  const { callSessionId } = await untilEnded(server.url, await initiate(server.url, memberId));
  await server.app.idle();
  return callSessionId;
}

test.before.each(async (context) => {
  context.dataDir = await makeDataDir(members);
  const server = await start(context.dataDir);
  context.calls = [await call(server, 'M-1'), await call(server, 'M-2')];
  await server.close();
});
test.after.each(({ dataDir }) => rmSync(dataDir, { recursive: true, force: true }));

function removeLog(dataDir: string): void {
  for (const part of PARTS) rmSync(storeFiles(dataDir).log + part, { force: true });
}

test('no server begins a new log in silence beside the read models of an old one; it says what to do', async ({
  dataDir,
  calls,
}) => {
  removeLog(dataDir);
  const child = spawnServer({ PORT: '0', SIMULATOR: 'true', DATA_DIR: dataDir, LOG_LEVEL: 'warn' });
  assert.is(await child.exited, 2, child.output());
  assert.match(child.output(), /^LOG_LOST: /);
  for (const advice of ['callistra restore', 'callistra rebuild']) assert.match(child.output(), advice);
  // It has not made it look like one of ours that has begun.
  const again = await start(dataDir).catch((error: unknown) => error);
  assert.instance(again, LogError);
  const stores = await openStores(inFiles(dataDir));
  await rebuildReadModels(stores.log, stores.readStore, PROVIDERS);
  await stores.close();
  const server = await start(dataDir);
  assert.is((await fetch(`${server.url}/api/calls/status/${calls[0]}`)).status, 404);
  assert.not.ok(calls.includes(await call(server, 'M-1')));
  await server.close();
});

test('nor with one that was emptied', async ({ dataDir }) => {
  // Elsewhere, as the driver of the server before may not have let go of its files in this process.
  const emptied = `${dataDir}-emptied`;
  cpSync(dataDir, emptied, { recursive: true });
  truncateSync(storeFiles(emptied).log, 0);
  assert.is(((await start(emptied).catch((error: unknown) => error)) as LogError).code, 'LOG_LOST');
  rmSync(emptied, { recursive: true, force: true });
});

test('nor does it take the night’s check from those that may be up in the log that it refuses', async ({ dataDir }) => {
  removeLog(dataDir);
  const night = new Date().setUTCHours(NIGHT_HOUR);
  // What is due at once has its turn before the start looks at the log, as on a busy machine.
  const after: Clock['after'] = (delayMs, task) => {
    if (delayMs > 0) return systemClock.after(delayMs, task);
    task();
    return () => {};
  };
  const refused = await start(dataDir, { ...systemClock, now: () => night, after }).catch((error: unknown) => error);
  assert.instance(refused, LogError);
  const { log, close } = await openStores(inFiles(dataDir));
  const types = (await allEntries(log)).map(({ type }) => type);
  await close();
  assert.equal(
    types.filter((type) => type.endsWith('Verification')),
    [],
  );
});

test('nor with that of another server', async ({ dataDir }) => {
  const otherDir = await makeDataDir(members);
  const other = await start(otherDir);
  await call(other, 'M-3');
  await other.close();
  for (const part of PARTS) rmSync(storeFiles(otherDir).readModels + part, { force: true });
  copyFileSync(storeFiles(dataDir).readModels, storeFiles(otherDir).readModels);
  assert.is(((await start(otherDir).catch((error: unknown) => error)) as LogError).code, 'LOG_LOST');
  rmSync(otherDir, { recursive: true, force: true });
});

test('with one that lacks the last calls it starts, as others are up in it, and names that', async ({ dataDir }) => {
  const backup = join(dataDir, 'backup');
  mkdirSync(backup);
  const { log } = storeFiles(dataDir);
  for (const part of PARTS) if (existsSync(log + part)) copyFileSync(log + part, join(backup, `log${part}`));
  const first = await start(dataDir);
  await call(first, 'M-3');
  await first.close();
  removeLog(dataDir);
  for (const part of PARTS)
    if (existsSync(join(backup, `log${part}`))) renameSync(join(backup, `log${part}`), log + part);
  const server = await start(dataDir);
  const { ready, problemCounts } = await server.app.readiness();
  assert.equal([ready, problemCounts.LOG_BEHIND], [true, 1]);
  await server.close();
});

test('a log that is taken away while the server runs is seen within ten seconds, without traffic', async ({
  dataDir,
}) => {
  let nowMs = Date.now();
  const config = readConfig({ PORT: '0', SIMULATOR: 'true', DATA_DIR: dataDir, TIME_SCALE: '50' });
  const clock = {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs: number, task: () => void) {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
  };
  const server = await startServer(config, { logger: pino({ level: 'silent' }), clock });
  const ready = () => fetch(`${server.url}/health/ready`);
  assert.is((await ready()).status, 200);
  removeLog(dataDir);
  nowMs += 8_001;
  const response = await ready();
  assert.is(response.status, 503);
  const { problems, codes } = (await response.json()) as { problems: string[]; codes: string[] };
  assert.equal(codes, ['LOG_UNAVAILABLE']);
  assert.match(problems[0]!, /call-events\.db was deleted or moved away.*call-events\.db\.rescued/);
  const refused = await fetch(`${server.url}/api/calls/initiate/M-1`, { method: 'POST' });
  assert.is(refused.status, 503);
  await server.close();
});

test.run();
