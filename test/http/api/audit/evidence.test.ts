import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LogError } from '../../../../src/log/port.ts';
import { type Rig, startRig } from '../../rig.ts';
import { COUNTS, sampleEvidence, sampleSeen } from './evidence-samples.ts';
import { STAFF } from './samples.ts';

const test = suite<Rig>('evidence routes');
test.before.each(async (context) => {
  Object.assign(context, await startRig({ staff: { mode: 'api-keys', keys: [...STAFF.keys] } }));
});
test.after.each((context) => context.close());

const headers = { 'x-api-key': 'compliance' };
const get = ({ server }: Rig, path: string) =>
  server.inject({ method: 'GET', url: `/api/audit/evidence${path}`, headers });
const MONTH = '?from=2026-02-01&to=2026-03-01';

test('gathering is a look at the members that it names', async (rig) => {
  const asked: unknown[] = [];
  rig.audit.evident = {
    async gather(period) {
      asked.push({ ...period });
      return sampleEvidence();
    },
  };
  const response = await get(rig, MONTH);
  assert.equal([response.statusCode, response.json()], [200, sampleEvidence()]);
  assert.equal(asked, [{ from: '2026-02-01', to: '2026-03-01' }]);
  assert.equal(
    rig.audit.seen.map(({ action, members, fields }) => ({ action, members, fields })),
    [{ action: 'evidence', members: ['M-1'], fields: ['from', 'to'] }],
  );
});

test('nothing is shown when the look cannot be recorded', async (rig) => {
  rig.audit.evident = {
    gather: async () => sampleEvidence(),
    looks: async () => ({ looks: [sampleSeen()], next: null }),
  };
  rig.audit.failure = new LogError('LOG_UNAVAILABLE', 'away');
  for (const path of [MONTH, `/looks${MONTH}`]) {
    const response = await get(rig, path);
    assert.is(response.statusCode, 503);
    assert.not.match(response.body, 'Court|compliance:bo');
  }
});

test('a period that is none is refused in words, and no look recorded', async (rig) => {
  rig.audit.evident = { gather: async () => 'from must be before to' };
  assert.is((await get(rig, '?from=2')).json().detail, 'from must be before to');
  for (const query of ['?from=2026-03-01&to=2026-02-01', '?from=x&to=y', '?from=2026-01-01', '']) {
    assert.is((await get(rig, `/looks${query}`)).statusCode, 400, query);
  }
  assert.is((await get(rig, `/looks${MONTH}&cursor=%3F`)).json().code, 'INVALID_CURSOR');
  assert.equal(rig.audit.seen, []);
});

test('pages of who looked follow each other, and each is a look', async (rig) => {
  const next = '2026-02-03T09:00:00.000Z-0001-aabbccddeeff';
  const asked: unknown[] = [];
  rig.audit.evident = {
    async looks(period, before) {
      asked.push([period.from, period.to, before]);
      return { looks: [sampleSeen()], next: before === null ? next : null };
    },
  };
  const first = (await get(rig, `/looks${MONTH}`)).json();
  const second = (await get(rig, `/looks${MONTH}&cursor=${first.nextCursor}`)).json();
  assert.equal([first.looks, second.nextCursor], [[sampleSeen()], null]);
  const [from, to] = ['2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'];
  assert.equal(asked, [
    [from, to, null],
    [from, to, next],
  ]);
  assert.equal(
    rig.audit.seen.map(({ action, members }) => [action, members]),
    [
      ['evidence', []],
      ['evidence', []],
    ],
  );
});

const post = ({ server }: Rig, payload: object) =>
  server.inject({ method: 'POST', url: '/api/audit/sign-offs', headers, payload });

test('a sign-off is recorded under the name of who reviewed, and refused in words', async (rig) => {
  const asked: unknown[] = [];
  const signed = { id: 's-1', month: '2026-02', counts: COUNTS, sha256: 'ab', recordedAt: '2026-03-02T15:00:00.000Z' };
  rig.audit.evident = {
    async signOff(what) {
      asked.push(what);
      return signed;
    },
  };
  const response = await post(rig, { month: '2026-02', statement: 'read it' });
  assert.equal([response.statusCode, response.json()], [201, signed]);
  assert.equal(asked, [{ month: '2026-02', statement: 'read it', actor: 'compliance:compliance' }]);
  rig.audit.evident = { signOff: async () => 'it is not over' };
  assert.is((await post(rig, { month: '2026-03', statement: 'read it' })).json().detail, 'it is not over');
});

test('what is no sign-off is refused, and nothing is recorded', async (rig) => {
  rig.audit.evident = { signOff: async () => assert.unreachable('it was recorded') as never };
  const good = { month: '2026-02', statement: 'read it' };
  for (const body of [
    {},
    { ...good, statement: ' ' },
    { ...good, statement: 'x'.repeat(501) },
    { ...good, report: 'ab' },
    { ...good, actor: 'compliance:else' },
    { month: '2026-02' },
  ])
    assert.is((await post(rig, body)).statusCode, 400, JSON.stringify(body));
});

test.run();
