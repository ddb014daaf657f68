import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callistra } from '../cli/terminal.ts';
import { callAll, initiate, type Rig, startRig, untilEnded } from './rig.ts';

const test = suite('members, at a whole server');

const call = async (rig: Rig, method: string, path: string, body?: string) => {
  const headers = body === undefined ? {} : { 'content-type': 'text/csv' };
  const response = await fetch(`${rig.url}${path}`, { method, headers, ...(body !== undefined && { body }) });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};

test('who is imported can be called; who is removed cannot, and the calls that were made are still told of', async () => {
  const rig = await startRig({ people: [{ behaviour: 'answers-all' }] });
  const file = `memberId;phoneNumber\r\nM-1;${rig.members[0]!.phoneNumber}\r\nM-2;+12025550143\r\n`;
  const done = await call(rig, 'POST', '/api/members/import', file);
  assert.equal([done.status, done.json['new'], done.json['unchanged']], [200, 1, 1]);
  const [made] = await callAll(rig.url, rig.members);
  for (const id of ['M-1', 'M-2']) {
    assert.is((await call(rig, 'DELETE', `/api/members/${id}`)).status, 200);
    const refused = await call(rig, 'POST', `/api/calls/initiate/${id}`);
    assert.equal([refused.status, refused.json['code']], [404, 'MEMBER_NOT_FOUND']);
  }
  const status = await call(rig, 'GET', `/api/calls/status/${made!.callSessionId}`);
  assert.equal([status.json['memberId'], status.json['disposition']], ['M-1', 'completed']);
  await rig.close();
});

test('beside a server the command line imports through it, in parts, and the server has it in its log', async () => {
  const rig = await startRig({ people: [] });
  const file = join(rig.dataDir, 'members.csv');
  // Two parts, no names, and a zone for some.
  const ids = Array.from({ length: 30_000 }, (_, n) => `N-${n}${'x'.repeat(30)}`);
  const lines = ids.map((id, n) => `${id};+1202555${1_000 + (n % 9_000)};${n % 2 ? 'America/Chicago' : ''}`);
  await writeFile(file, `\ufeffmemberId;phoneNumber;timeZone\r\n${lines.join('\r\n')}\r\n`);
  const env = { DATA_DIR: rig.dataDir, PORT: new URL(rig.url).port };
  const { code, out } = await callistra(['members', 'import', file], env);
  assert.is(code, 0);
  assert.match(out, '30000 members imported: 30000 new, 0 changed, 0 unchanged');
  const { json } = await call(rig, 'GET', `/api/members/${ids.at(-1)}`);
  assert.equal([json['hasName'], json['timeZone']], [false, 'America/Chicago']);
  const looks = await call(rig, 'GET', '/api/audit/access?actor=coordinator:local');
  assert.is(JSON.stringify(looks.json).split('"members-import"').length - 1, 2);
  await rig.close();
});

test('a call that waits for its turn is not made when its member was removed meanwhile', async () => {
  const people = [{ behaviour: 'answers-all' }, { behaviour: 'answers-all' }] as const;
  const rig = await startRig({ people, env: { CONCURRENT_CALLS: '1' } });
  const [first, second] = [await initiate(rig.url, 'M-1'), await initiate(rig.url, 'M-2')];
  assert.is((await call(rig, 'DELETE', '/api/members/M-2')).status, 200);
  const ended = [await untilEnded(rig.url, first), await untilEnded(rig.url, second)];
  assert.equal(
    ended.map(({ disposition }) => disposition),
    ['completed', 'cancelled'],
  );
  assert.is(rig.server.simulator?.stats().dialsByNumber[rig.members[1]!.phoneNumber] ?? 0, 0);
  await rig.close();
});

test.run();
