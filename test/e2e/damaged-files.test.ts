import { readFile, truncate, writeFile } from 'node:fs/promises';
import pino from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startServer } from '../../src/composition/server.ts';
import { storeFiles } from '../../src/composition/stores.ts';
import { readConfig } from '../../src/config/config.ts';
import { until } from '../support/until.ts';
import { assertSound, callAll, initiate, type Rig, startRig, TIME_SCALE, UNPACED, untilEnded } from './rig.ts';

let rig: Rig;

test.before.each(async () => {
  rig = await startRig({ people: [{ behaviour: 'busy' }, { behaviour: 'busy' }, { behaviour: 'busy' }] });
});
test.after.each(() => rig.close());

/** Puts a byte that is not UTF-8 wherever a file says `text`. */
async function spoil(path: string, text: string): Promise<void> {
  const bytes = await readFile(path);
  assert.ok(bytes.includes(text), `there is ${text}`);
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) bytes[at + text.length - 1] = 0xff;
  await writeFile(path, bytes);
}

/** The same directory under a server of its own. */
async function restarted() {
  await rig.server.close();
  const lines: string[] = [];
  const config = readConfig({
    PORT: '0',
    SIMULATOR: 'true',
    DATA_DIR: rig.dataDir,
    TIME_SCALE: String(TIME_SCALE),
    ...UNPACED,
  });
  const start = async () =>
    startServer(config, {
      logger: pino({}, { write: (line: string) => void lines.push(line) }),
      simulator: { seed: 1 },
    });
  return { lines, start };
}

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** Asks, and hears the answer out. */
async function ask(url: string, method = 'GET'): Promise<Answer> {
  const response = await fetch(url, { method });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const ready = async (url: string) => {
  const { status, body } = await ask(`${url}/health/ready`);
  return { status, problems: (body['problems'] as readonly string[]).join('\n') };
};

test('a server with a damaged file of read models starts, says so, and shows every call again', async () => {
  const called = await callAll(rig.url, rig.members);
  const { lines, start } = await restarted();
  await truncate(storeFiles(rig.dataDir).readModels, 9_000);
  const server = await start();
  const listed = async () => {
    const { body } = await ask(`${server.url}/api/calls`);
    return (body['calls'] as readonly unknown[] | undefined)?.length;
  };
  await until('all calls', async () => (await listed()) === called.length);
  assert.match(lines.join('\n'), 'a new file of read models was begun');
  assert.match((await ready(server.url)).problems, 'nobody is told again of calls until then');
  await assertSound(server.stores);
  await server.close();
});

test('damage that shows under a running server ends nothing: a new file is begun and filled', async () => {
  const [first] = await callAll(rig.url, rig.members);
  // So that everything is in the file, and nothing in memory.
  const { start } = await restarted();
  const server = await start();
  await spoil(storeFiles(rig.dataDir).readModels, `${first!.callSessionId}M-1`);
  await server.stores.readStore.write([]);
  assert.is((await ask(`${server.url}/api/calls/status/${first!.callSessionId}`)).status, 200);
  await until('the new file is filled', async () => (await ask(`${server.url}/api/calls`)).status === 200);
  assert.equal((await server.stores.readStore.open()).length, 0);
  await assertSound(server.stores);
  await server.close();
});

test('a member whose row is damaged cannot be called, which is said; all others can', async () => {
  const { start } = await restarted();
  await spoil(storeFiles(rig.dataDir).members, rig.members[1]!.phoneNumber);
  const server = await start();
  const refused = await ask(`${server.url}/api/calls/initiate/M-2`, 'POST');
  assert.equal([refused.status, refused.body['code']], [503, 'MEMBERS_CORRUPT']);
  const { status, problems } = await ready(server.url);
  assert.is(status, 200);
  assert.match(problems, /members\.db is damaged \(row M-2 of Members\)/);
  assert.not.match(problems, rig.members[1]!.phoneNumber.slice(0, -1));
  assert.is((await untilEnded(server.url, await initiate(server.url, 'M-1'))).disposition !== null, true);
  await server.close();
});

test('without a file of members that can be opened the server starts, and takes up a copy that is put back', async () => {
  const { start } = await restarted();
  const path = storeFiles(rig.dataDir).members;
  const whole = await readFile(path);
  await writeFile(path, 'not a database '.repeat(500));
  const server = await start();
  assert.is((await ask(`${server.url}/api/calls/initiate/M-1`, 'POST')).body['code'], 'MEMBERS_CORRUPT');
  assert.match((await ready(server.url)).problems, 'members.db is damaged');
  await writeFile(path, whole);
  await initiate(server.url, 'M-1');
  assert.not.match((await ready(server.url)).problems, 'members.db');
  await server.close();
});

test.run();
