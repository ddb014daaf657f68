import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LogError } from '../../../../src/log/port.ts';
import { type Rig, startRig } from '../../rig.ts';
import { sampleAccounting } from './evidence-samples.ts';
import { STAFF } from './samples.ts';

const test = suite<Rig>('disclosure routes');
test.before.each(async (context) => {
  Object.assign(context, await startRig({ staff: { mode: 'api-keys', keys: [...STAFF.keys] } }));
});
test.after.each((context) => context.close());

const headers = { 'x-api-key': 'compliance' };
const get = ({ server }: Rig, query = '', id = 'M-1') =>
  server.inject({ method: 'GET', url: `/api/audit/members/${id}/disclosures${query}`, headers });
const post = ({ server }: Rig, url: string, payload: object) =>
  server.inject({ method: 'POST', url, headers, payload });

const disclosure = {
  ...{ memberId: 'M-1', recipient: 'Whoever answered', address: '+1 555', what: 'that the plan calls' },
  ...{ purpose: 'by mistake', on: '2026-03-01', reason: 'the caller told us' },
};
const suspension = { memberId: 'M-1', agency: 'An Agency', until: '2026-04-01', reason: 'an inquiry' };
const recorded = { id: 'd-1', memberId: 'M-1', recordedAt: '2026-03-02T15:00:00.000Z' };

test('an accounting is a look at the member, and is shown as it was made', async (rig) => {
  rig.audit.disclosed = { accounting: async () => sampleAccounting() };
  const response = await get(rig, '?from=2026-02-01&to=2026-03-01');
  assert.equal([response.statusCode, response.json()], [200, sampleAccounting()]);
  assert.equal(
    rig.audit.seen.map(({ action, members, calls, fields }) => ({ action, members, calls, fields })),
    [{ action: 'disclosures', members: ['M-1'], calls: [], fields: ['from', 'to'] }],
  );
});

test('nothing is shown when the look cannot be recorded', async (rig) => {
  rig.audit.disclosed = { accounting: async () => sampleAccounting() };
  rig.audit.failure = new LogError('LOG_UNAVAILABLE', 'away');
  const response = await get(rig);
  assert.is(response.statusCode, 503);
  assert.not.match(response.body, 'Court');
});

test('of a member whom nobody knows, or who could be nobody, nothing is told and no look recorded', async (rig) => {
  assert.is((await get(rig)).json().code, 'MEMBER_NOT_FOUND');
  rig.audit.disclosed = { accounting: async () => assert.unreachable('it was asked') as never };
  assert.is((await get(rig, '', 'a%20b')).json().code, 'MEMBER_NOT_FOUND');
  assert.equal(rig.audit.seen, []);
});

test('a period that is none is refused in words, and no look recorded', async (rig) => {
  rig.audit.disclosed = { accounting: async () => 'the period ends before it begins' };
  const response = await get(rig, '?from=2026-03-01&to=2026-02-01');
  assert.equal([response.statusCode, response.json().detail], [400, 'the period ends before it begins']);
  assert.is((await get(rig, '?since=2026')).statusCode, 400);
  assert.equal(rig.audit.seen, []);
});

test('what was disclosed elsewhere is recorded under the name of who says so', async (rig) => {
  const asked: unknown[] = [];
  rig.audit.disclosed = {
    async record(what) {
      asked.push(what);
      return recorded;
    },
  };
  const response = await post(rig, '/api/audit/disclosures', disclosure);
  assert.equal([response.statusCode, response.json()], [201, recorded]);
  assert.equal(asked, [{ ...disclosure, actor: 'compliance:compliance' }]);
});

test('a statement is written unless it is said to be oral', async (rig) => {
  const asked: unknown[] = [];
  rig.audit.disclosed = {
    async suspend(what) {
      asked.push(what);
      return recorded;
    },
  };
  assert.is((await post(rig, '/api/audit/suspensions', suspension)).statusCode, 201);
  assert.is((await post(rig, '/api/audit/suspensions', { ...suspension, oral: true })).statusCode, 201);
  const actor = 'compliance:compliance';
  assert.equal(asked, [
    { ...suspension, oral: false, actor },
    { ...suspension, oral: true, actor },
  ]);
});

test('what is refused in words is answered with them, and a member whom nobody knows with 404', async (rig) => {
  for (const [url, body] of [
    ['/api/audit/disclosures', disclosure],
    ['/api/audit/suspensions', suspension],
  ] as const) {
    rig.audit.disclosed = {};
    assert.is((await post(rig, url, body)).json().code, 'MEMBER_NOT_FOUND');
    rig.audit.disclosed = { record: async () => 'on lies ahead', suspend: async () => 'on lies ahead' };
    const response = await post(rig, url, body);
    assert.equal([response.statusCode, response.json().detail], [400, 'on lies ahead']);
  }
});

test('what is no disclosure and no statement is refused, and nothing is recorded', async (rig) => {
  const never = async () => assert.unreachable('it was recorded') as never;
  rig.audit.disclosed = { record: never, suspend: never };
  const { address: _, ...least } = disclosure;
  const bad = [
    ['/api/audit/disclosures', { ...disclosure, memberId: 'a b' }],
    ['/api/audit/disclosures', { ...disclosure, recipient: ' ' }],
    ['/api/audit/disclosures', { ...disclosure, what: 'a\nb' }],
    ['/api/audit/disclosures', { ...disclosure, purpose: 'x'.repeat(501) }],
    ['/api/audit/disclosures', { ...disclosure, on: '1 March' }],
    ['/api/audit/disclosures', { ...disclosure, actor: 'compliance:else' }],
    ...Object.keys(least).map((name) => ['/api/audit/disclosures', { ...least, [name]: undefined }] as const),
    ['/api/audit/suspensions', { ...suspension, oral: 'yes' }],
    ['/api/audit/suspensions', { ...suspension, until: 'soon' }],
    ...Object.keys(suspension).map((name) => ['/api/audit/suspensions', { ...suspension, [name]: undefined }] as const),
  ] as const;
  for (const [url, body] of bad) assert.is((await post(rig, url, body)).statusCode, 400, JSON.stringify(body));
});

test.run();
