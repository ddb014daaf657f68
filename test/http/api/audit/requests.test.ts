import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Rig, startRig } from '../../rig.ts';
import { STAFF } from './samples.ts';

const test = suite<Rig>('request route');
test.before.each(async (context) => {
  Object.assign(context, await startRig({ staff: { mode: 'api-keys', keys: [...STAFF.keys] } }));
});
test.after.each((context) => context.close());

const good = { kind: 'hold', memberId: 'M-1', reason: 'a court asks' };
const post = ({ server }: Rig, payload: object | string) =>
  server.inject({
    method: 'POST',
    url: '/api/audit/requests',
    headers: { 'x-api-key': 'compliance', 'content-type': 'application/json' },
    payload,
  });

test('a request is recorded under the name of who asked', async (rig) => {
  const asked: unknown[] = [];
  rig.audit.knows = {
    async request(what) {
      asked.push(what);
      return { requestId: 'r-1', kind: what.kind, memberId: what.memberId, recordedAt: '2026-03-02T15:00:00.000Z' };
    },
  };
  const response = await post(rig, good);
  assert.is(response.statusCode, 201);
  assert.equal(response.json(), {
    requestId: 'r-1',
    kind: 'hold',
    memberId: 'M-1',
    recordedAt: '2026-03-02T15:00:00.000Z',
  });
  assert.equal(asked, [{ ...good, actor: 'compliance:compliance' }]);
});

test('a request for a member whom nobody knows is refused', async (rig) => {
  assert.is((await post(rig, good)).json().code, 'MEMBER_NOT_FOUND');
});

test('what is no request is refused and nothing is recorded', async (rig) => {
  rig.audit.knows = { request: async () => assert.unreachable('it was recorded') as never };
  const bad = [
    {},
    { ...good, kind: 'erase' },
    { ...good, memberId: 'a b' },
    { ...good, reason: '' },
    { ...good, reason: '  ' },
    { ...good, reason: 'x'.repeat(501) },
    { ...good, actor: 'compliance:somebody-else' },
    { kind: 'hold', memberId: 'M-1' },
    '[]',
    '{',
  ];
  for (const body of bad) assert.is((await post(rig, body)).statusCode, 400, JSON.stringify(body));
});

test.run();
