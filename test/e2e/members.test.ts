import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callAll, type Rig, startRig } from './rig.ts';

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

test.run();
