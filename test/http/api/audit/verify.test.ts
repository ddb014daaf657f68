import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LastVerification } from '../../../../src/audit/verify/results.ts';
import { LogError } from '../../../../src/log/port.ts';
import { CALL } from '../../../domain/call/conversation.ts';
import { type Rig, startRig } from '../../rig.ts';
import { ask, STAFF } from './samples.ts';

const test = suite<Rig>('verify route');
test.before.each(async (context) => {
  Object.assign(context, await startRig({ staff: { mode: 'api-keys', keys: [...STAFF.keys] } }));
});
test.after.each((context) => context.close());

const URL = '/api/audit/verify';
const LAST: LastVerification = {
  at: '2026-03-01T07:00:00.000Z',
  actor: 'server',
  scope: 'all',
  streams: 3,
  entries: 40,
  simulatedCalls: 0,
  findingCount: 2,
  noteCount: 1,
  findings: [
    { stream: CALL, version: 3, kind: 'rewritten', detail: 'sealed as ff' },
    { stream: 'member:M-1', version: 1, kind: 'hash' },
  ],
  restsOn: { key: 'own', known: 0, cosignedBy: ['anna'], witnesses: 1, size: 9 },
};

test('whoever asks has it begun, in the background', async (rig) => {
  const response = await rig.server.inject({ method: 'POST', url: URL, headers: { 'x-api-key': 'compliance' } });
  assert.equal([response.statusCode, response.json()], [202, { status: 'Verifying' }]);
  assert.is(response.headers.location, URL);
});

test('what is under way and what was found last is told, and whose data the findings name is recorded before', async (rig) => {
  rig.audit.verified = { underWay: null, last: LAST };
  assert.equal((await ask(rig, URL)).json(), { underWay: null, last: LAST });
  const [look] = rig.audit.seen;
  assert.equal([look?.action, look?.calls, look?.members], ['verify', [CALL], ['M-1']]);
  const progress = { ...LAST, simulatedCalls: 0, notes: [], share: 0.5, restsOn: null };
  rig.audit.verified = { underWay: progress, last: null };
  assert.equal((await ask(rig, URL)).json(), { underWay: { streams: 3, entries: 40, findingCount: 2 }, last: null });
});

test('a look that cannot be recorded shows no finding', async (rig) => {
  rig.audit.verified = { underWay: null, last: LAST };
  rig.audit.failure = new LogError('LOG_UNAVAILABLE', 'away');
  const response = await ask(rig, URL);
  assert.is(response.statusCode, 503);
  assert.not.match(response.body, /M-1|rewritten/);
});

test('it is compliance’s alone', async ({ server }) => {
  for (const method of ['GET', 'POST'] as const) {
    for (const key of ['coordinator', 'operator']) {
      assert.is((await server.inject({ method, url: URL, headers: { 'x-api-key': key } })).statusCode, 403);
    }
  }
});

test.run();
