import { readFile, stat, writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { storeFiles } from '../../../src/composition/stores.ts';
import { hashOf, readApiKeys } from '../../../src/config/api-keys.ts';
import { initiate, startRig, statusOf, untilEnded } from '../../e2e/rig.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { eventually, until } from '../../support/until.ts';
import { callistra } from '../terminal.ts';

const test = suite<{ dir: TempDir; env: { DATA_DIR: string } }>('callistra keys');
test.before.each(async (context) => {
  context.dir = await tempDir('keys');
  context.env = { DATA_DIR: context.dir.path };
});
test.after.each(({ dir }) => dir.remove());

test('a key is shown once, and its hash is added to the file, which is its owner’s alone', async ({ dir, env }) => {
  const file = storeFiles(dir.path).apiKeys;
  const anna = await callistra(['keys', 'add', 'anna', 'Coordinator'], env);
  const otto = await callistra(['keys', 'add', 'otto', 'Operator', 'Compliance'], env);
  assert.equal([anna.code, otto.code], [0, 0]);
  assert.equal(readApiKeys(file), [
    { name: 'anna', sha256: hashOf(anna.out), roles: ['Coordinator'] },
    { name: 'otto', sha256: hashOf(otto.out), roles: ['Operator', 'Compliance'] },
  ]);
  assert.not.match(anna.err + (await readFile(file, 'utf8')), anna.out);
  assert.match(anna.err, 'CALLISTRA_API_KEY');
  assert.is((await stat(file)).mode & 0o777, 0o600);
});

test('a name that is taken, a role that is none and a file that is damaged change nothing', async ({ dir, env }) => {
  const file = dir.file('staff.json');
  const settings = { ...env, API_KEYS_FILE: file };
  await callistra(['keys', 'add', 'anna', 'Coordinator'], settings);
  const before = await readFile(file, 'utf8');
  const refused = [['anna', 'Operator'], ['otto', 'Admin'], ['o tto', 'Operator'], ['otto']];
  for (const args of refused) assert.is((await callistra(['keys', 'add', ...args], settings)).code, 2);
  assert.is(await readFile(file, 'utf8'), before);
  await writeFile(file, 'nonsense');
  assert.match((await callistra(['keys', 'add', 'otto', 'Operator'], settings)).err, /staff\.json is no JSON/);
  assert.is(await readFile(file, 'utf8'), 'nonsense');
});

test('a server takes the file that it finds in its data directory, and lets nobody in without a key', async ({
  dir,
}) => {
  const { out } = await callistra(['keys', 'add', 'anna', 'Coordinator'], { DATA_DIR: dir.path });
  const rig = await startRig({ env: { DATA_DIR: dir.path } });
  const ask = async (headers: Record<string, string>) => (await fetch(`${rig.url}/api/calls`, { headers })).status;
  const unasked = await callistra(['members', 'list', '--url', rig.url]);
  const by = (key: string) => ask({ authorization: `Bearer ${key}` });
  const statuses = [await ask({}), await by(out)];
  const { out: fresh } = await callistra(['keys', 'add', 'otto', 'Compliance'], { DATA_DIR: dir.path });
  await until('the key that was added lets in', async () => (await by(fresh)) === 200);
  await callistra(['keys', 'remove', 'anna'], { DATA_DIR: dir.path });
  await until('the key that was removed lets nobody in', async () => (await by(out)) === 401);
  const { out: operator } = await callistra(['keys', 'add', 'olga', 'Operator'], { DATA_DIR: dir.path });
  const headers = { authorization: `Bearer ${operator}` };
  const askReady = async () => (await fetch(`${rig.url}/health/ready`, { headers })).text();
  await until('an operator is told more', async () => (await askReady()).includes('codes'));
  await writeFile(storeFiles(dir.path).apiKeys, 'canary');
  const told = await eventually('readiness tells it', async () => {
    const ready = await askReady();
    return ready.includes('is no JSON') ? ready : null;
  });
  statuses.push(await by(fresh));
  await rig.close();
  assert.equal(statuses, [401, 200, 200]);
  assert.match(unasked.err, /UNAUTHENTICATED[\s\S]*CALLISTRA_API_KEY/);
  assert.match(told, /"codes":\["API_KEYS_DAMAGED"\]/);
  assert.match(told, /keys that were in it stay in force: .*api-keys\.json is no JSON/);
  assert.not.match(told, /canary/);
});

test('keys are listed by name, and removed by it; the last one stays', async ({ env }) => {
  for (const name of ['anna', 'otto']) await callistra(['keys', 'add', name, 'Operator'], env);
  assert.equal((await callistra(['keys', 'list', '--json'], env)).json, [
    ['anna', 'otto'].map((name) => ({ name, roles: ['Operator'] })),
  ]);
  const removed = [];
  for (const name of ['nobody', 'anna', 'otto']) removed.push((await callistra(['keys', 'remove', name], env)).code);
  assert.equal(removed, [2, 0, 2]);
  assert.match((await callistra(['keys', 'list'], env)).out, /^name +roles\n-+ +-+\notto +Operator$/);
});

test('the callback key is exchanged under a running server, and a call that was open goes on to its end', async () => {
  const rig = await startRig({ people: [{ behaviour: 'answers-all' }, { behaviour: 'answers-all' }] });
  const id = await initiate(rig.url, 'M-1');
  const rotated = await callistra(['keys', 'rotate'], { DATA_DIR: rig.dataDir });
  const ended = [await untilEnded(rig.url, id), await untilEnded(rig.url, await initiate(rig.url, 'M-2'))];
  assert.is((await statusOf(rig.url, id)).status, 'Disconnected');
  await rig.close();
  assert.is(rotated.code, 0);
  assert.equal(
    ended.map(({ disposition }) => disposition),
    ['completed', 'completed'],
  );
});

test('a key that is a setting is not printed: the next settings go into a new file', async ({ dir, env }) => {
  const settings = { ...env, CALLBACK_SECRET_KEY: 'k'.repeat(32) };
  assert.is((await callistra(['keys', 'rotate'], settings)).code, 2);
  const file = dir.file('next.env');
  const { code, out, err } = await callistra(['keys', 'rotate', '--out', file], settings);
  assert.is(code, 0);
  const text = await readFile(file, 'utf8');
  assert.match(text, /^CALLBACK_SECRET_KEY=[0-9a-f]{64}\nCALLBACK_SECRET_KEY_BEFORE=k{32}\n$/);
  assert.not.match(out + err, /k{32}|[0-9a-f]{64}/);
  assert.is((await stat(file)).mode & 0o777, 0o600);
});

test('before the first start of a server there is none to exchange', async ({ env }) => {
  const { code, err } = await callistra(['keys', 'rotate'], env);
  assert.is(code, 2);
  assert.match(err, 'there is no key yet');
});

test.run();
