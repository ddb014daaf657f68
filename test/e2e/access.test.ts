import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyLog } from '../../src/audit/verify/verify.ts';
import { startServer } from '../../src/composition/server.ts';
import { storeFiles } from '../../src/composition/stores.ts';
import { readConfig } from '../../src/config/config.ts';
import { isAccessStream } from '../../src/domain/streams.ts';
import { allEntries } from '../support/entries.ts';
import { tempDir } from '../support/temp-dir.ts';
import { eventually, until } from '../support/until.ts';
import { callAll, type Rig, startRig } from './rig.ts';

const test = suite('who looked, at a whole server');

type Look = { readonly action: string; readonly calls: string[]; readonly members: string[]; readonly actor: string };

const PEOPLE = [{ behaviour: 'answers-all' as const }];

async function get(url: string, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}${path}`, { headers });
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text) as Record<string, unknown> };
}

async function looksAt(url: string, member: string): Promise<Look[]> {
  return (await get(url, `/api/audit/access?member=${member}`)).json['looks'] as Look[];
}

const accessEntries = async ({ server }: Pick<Rig, 'server'>) =>
  (await allEntries(server.stores.log)).filter(({ stream }) => isAccessStream(stream));

test('an answer that came has its entry in the log, and its row a moment later', async () => {
  const rig = await startRig({ people: PEOPLE });
  const [call] = await callAll(rig.url, rig.members);
  await get(rig.url, '/api/calls?memberId=M-1', { 'x-purpose-of-use': 'HLEGAL', 'x-request-id': 'theirs-1' });
  const list = (await accessEntries(rig)).map(({ data }) => JSON.parse(data)).find(({ action }) => action === 'list');
  assert.equal([list.purpose, list.requestId, list.fields], ['HLEGAL', 'theirs-1', ['memberId']]);
  const looks = await looksAt(rig.url, 'M-1');
  assert.equal(looks.map(({ action }) => action).sort(), ['list', 'status']);
  assert.ok(looks.every(({ calls }) => calls.includes(call!.callSessionId)));
  assert.equal((await verifyLog(rig.server.stores.log)).findings, []);
  await rig.close();
});

test('a log that is lost shows nothing of anybody, and says when to come back', async () => {
  const rig = await startRig({ people: PEOPLE });
  const [call] = await callAll(rig.url, rig.members);
  await rm(storeFiles(rig.dataDir).log);
  for (const path of ['/api/calls?limit=7', '/api/members', '/api/audit/access', '/api/quarantine']) {
    const { status, text } = await get(rig.url, path);
    assert.is(status, 503, path);
    assert.not.match(text, new RegExp(`${call!.callSessionId}|M-1|3000`));
  }
  await rig.server.close().catch(() => {});
  await rig.close().catch(() => {});
});

test('below the reserve of the disk data of members is 503, and what shows none is not', async () => {
  const rig = await startRig({ people: PEOPLE, env: { DISK_RESERVE: String(2 ** 50) } });
  await until('the disk to be seen', async () => (await get(rig.url, '/api/calls')).json['code'] === 'DISK_LOW');
  for (const path of ['/api/calls', '/api/members', '/api/audit/access', '/api/quarantine']) {
    const { status, json } = await get(rig.url, path);
    assert.equal([status, json['code']], [503, 'DISK_LOW'], path);
  }
  assert.is((await get(rig.url, '/health/ready')).status, 200);
  assert.equal(await accessEntries(rig), []);
  await rig.close();
});

test('what the rows lack after a crash, or without their file, is made from the log at the next start', async () => {
  const rig = await startRig({ people: PEOPLE });
  await callAll(rig.url, rig.members);
  await rig.server.close();
  const { access } = storeFiles(rig.dataDir);
  for (const end of ['', '-wal', '-shm']) await rm(`${access}${end}`, { force: true });
  const again = await startServer(
    readConfig({ PORT: '0', SIMULATOR: 'true', DATA_DIR: rig.dataDir, LOG_LEVEL: 'silent' }),
  );
  const [look] = await eventually('the row', async () => {
    const looks = await looksAt(again.url, 'M-1');
    return looks.some(({ action }) => action === 'status') ? looks.filter(({ action }) => action === 'status') : null;
  });
  assert.is(look?.actor, 'coordinator:local');
  await again.close();
  await rm(rig.dataDir, { recursive: true, force: true });
});

test('refusals are in the log and in what is told of somebody, without any key', async () => {
  const { path, remove } = await tempDir('keys');
  const key = 'the-key-that-nobody-may-see';
  const sha256 = createHash('sha256').update(key).digest('hex');
  await writeFile(`${path}/keys.json`, JSON.stringify([{ name: 'otto', sha256, roles: ['Operator'] }]));
  await writeFile(`${path}/names.json`, JSON.stringify({ otto: 'Otto Example' }));
  const rig = await startRig({
    env: { API_KEYS_FILE: `${path}/keys.json`, STAFF_NAMES_FILE: `${path}/names.json` },
  });
  const authorization = `Bearer ${key}`;
  assert.is((await get(rig.url, '/api/calls', { authorization })).status, 403);
  assert.is((await get(rig.url, '/api/calls', { authorization: 'Bearer guessed-by-somebody' })).status, 401);
  await until('both in the log', async () => (await accessEntries(rig)).length === 2);
  const entries = await accessEntries(rig);
  assert.equal(
    entries.map(({ type, actor, data }) => [type, actor, JSON.parse(data).status]),
    [
      ['Refusal', 'operator:otto', 403],
      ['Refusal', 'anonymous', 401],
    ],
  );
  assert.not.match(JSON.stringify(entries), /nobody-may-see|guessed/);
  assert.not.match(rig.logged.join('\n'), /nobody-may-see|guessed/);
  const metrics = await (await fetch(`${rig.url}/metrics`, { headers: { authorization } })).text();
  assert.match(metrics, 'callistra_staff_refusals_total 2');
  await rig.close();
  await remove();
});

test('breaking the glass is told where an alert waits for it, without who or whose', async () => {
  const rig = await startRig({ people: PEOPLE });
  const headers = { 'x-purpose-of-use': 'BTG', 'x-reason': 'a-reason-that-is-in-the-log-only' };
  assert.is((await get(rig.url, '/api/members', headers)).status, 200);
  const lines = rig.logged.filter((line) => line.includes('BREAK_GLASS'));
  assert.is(lines.length, 1);
  assert.not.match(rig.logged.join('\n'), /a-reason-that|M-1/);
  await rig.close();
});

test.run();
