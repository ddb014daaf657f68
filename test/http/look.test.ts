import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AccessError } from '../../src/audit/access/errors.ts';
import { PURPOSES } from '../../src/audit/access/look.ts';
import { LogError } from '../../src/log/port.ts';
import { as, KEYS, keyOf } from './keys.ts';
import { type Rig, startRig } from './rig.ts';
import { CALL } from './samples.ts';

const test = suite<{ rig: Rig }>('looks at members’ data over HTTP');
test.before.each(async (context) => {
  context.rig = await startRig({ staff: KEYS });
});
test.after.each(({ rig }) => rig.close());

const STATUS = `/api/calls/status/${CALL}`;
const get = ({ server }: Rig, url: string, headers: Record<string, string> = {}) =>
  server.inject({ method: 'GET', url, headers: { ...as('anna'), ...headers } });

test('the status of a call is a look at it and its member, by all that is known of who asks', async ({ rig }) => {
  assert.is((await get(rig, STATUS, { 'x-request-id': 'theirs-7' })).statusCode, 200);
  assert.equal(rig.audit.seen, [
    {
      action: 'status',
      calls: [CALL],
      members: ['M-1'],
      actor: 'coordinator:anna',
      by: 'api-key',
      roles: ['Coordinator', 'Compliance'],
      purpose: 'HOPERAT',
      requestId: 'theirs-7',
      address: '127.0.0.1',
    },
  ]);
});

test('a list is a look at what it shows, and names the fields of the search, never their values', async ({ rig }) => {
  await get(rig, '/api/calls?memberId=M-1&status=Disconnected&from=2026-01-01');
  const [look] = rig.audit.seen;
  assert.equal([look?.action, look?.calls, look?.members], ['list', [CALL], ['M-1']]);
  assert.equal([...(look?.fields ?? [])].sort(), ['from', 'memberId', 'status']);
});

test('of a page only what is on it is named', async ({ rig }) => {
  const { session } = rig.fake.rows!;
  rig.fake.listed = ['1', '2', '3'].map((n) => ({
    ...session,
    callSessionId: `${CALL.slice(0, -1)}${n}`,
    memberId: n,
  }));
  await get(rig, '/api/calls?limit=2');
  assert.equal(rig.audit.seen[0]?.members, ['1', '2']);
});

test('the quarantine is a look at the calls that it names', async ({ rig }) => {
  rig.fake.waiting = [
    { id: 'q-1', callSessionId: CALL, eventId: 'e', eventType: 't', receivedAt: '2026-03-01T09:00:00.000Z' },
    { id: 'q-2', eventId: 'e', eventType: 't', receivedAt: '2026-03-01T09:00:00.000Z' },
  ] as never;
  assert.is((await get(rig, '/api/quarantine', as('operator'))).statusCode, 200);
  assert.equal([rig.audit.seen[0]?.action, rig.audit.seen[0]?.calls], ['quarantine', [CALL]]);
});

test('nothing is answered before the look is recorded', async ({ rig }) => {
  let open = (): void => {};
  rig.audit.gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let isAnswered = false;
  const answer = get(rig, STATUS).then((response) => {
    isAnswered = true;
    return response;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.not(isAnswered);
  open();
  assert.is((await answer).statusCode, 200);
});

const FAILURES = [
  [new LogError('LOG_UNAVAILABLE', 'the disk is full'), 'UNAVAILABLE'],
  [new LogError('LOG_UNKNOWN_OUTCOME', 'the disk failed'), 'UNAVAILABLE'],
  [new AccessError('ACCESS_DISK_LOW', 'nearly full'), 'DISK_LOW'],
] as const;

const LOOKS: readonly (readonly [url: string, who: string])[] = [
  [STATUS, 'anna'],
  ['/api/calls', 'anna'],
  ['/api/members', 'anna'],
  ['/api/members/M-1/number', 'anna'],
  ['/api/quarantine', 'operator'],
  ['/api/audit/access?member=M-1', 'compliance'],
  ['/api/audit/access/review', 'operator'],
];

test('a look that cannot be recorded is 503, and shows nothing', async ({ rig }) => {
  for (const [failure, code] of FAILURES) {
    rig.audit.failure = failure;
    for (const [url, who] of LOOKS) {
      const response = await get(rig, url, { ...as(who), 'x-reason': 'they asked me to' });
      assert.equal([response.statusCode, response.json().code, url], [503, code, url]);
      assert.ok(response.headers['retry-after']);
      assert.not.match(response.body, /M-1|0142|yes|019ab/);
    }
  }
});

test('a call that nobody has is 404 and no entry: it shows nothing of anybody', async ({ rig }) => {
  rig.fake.rows = null;
  const response = await get(rig, STATUS);
  assert.equal([response.statusCode, response.json().code], [404, 'CALL_NOT_FOUND']);
  assert.equal(rig.audit.seen, []);
});

test('health, metrics and the description are no looks', async ({ rig }) => {
  for (const url of ['/health/live', '/health/ready', '/docs', '/docs/json', '/metrics']) {
    assert.is((await get(rig, url, as('operator'))).statusCode, 200, url);
  }
  assert.equal(rig.audit.seen, []);
});

test('every purpose of use that there is stands in the look', async ({ rig }) => {
  for (const purpose of PURPOSES) {
    await get(rig, STATUS, { 'x-purpose-of-use': purpose, 'x-reason': 'they asked me to' });
  }
  assert.equal(
    rig.audit.seen.map(({ purpose }) => purpose),
    [...PURPOSES],
  );
});

test('another purpose is 400, and nothing is shown or recorded', async ({ rig }) => {
  for (const purpose of ['hoperat', 'CURIOSITY', '', 'TREAT,BTG']) {
    const response = await get(rig, STATUS, { 'x-purpose-of-use': purpose });
    assert.equal([response.statusCode, response.json().code], [400, 'INVALID_PURPOSE'], purpose);
  }
  assert.equal([rig.audit.seen, rig.fake.asked.status], [[], []]);
});

test('breaking the glass needs a reason, and is counted', async ({ rig }) => {
  const broken = { 'x-purpose-of-use': 'BTG' };
  const without = await get(rig, STATUS, broken);
  assert.equal([without.statusCode, without.json().code], [400, 'REASON_REQUIRED']);
  assert.is((await get(rig, STATUS, { ...broken, 'x-reason': 'member called, coordinator is ill' })).statusCode, 200);
  assert.is(rig.audit.seen[0]?.reason, 'member called, coordinator is ill');
  const metrics = (await get(rig, '/metrics', as('operator'))).body;
  assert.match(metrics, 'callistra_break_glass_total 1');
});

test('a reason has 1 to 500 printable characters, of any language', async ({ rig }) => {
  const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
  for (const reason of ['', '   ', 'x'.repeat(501), 'a\u0001b']) {
    const response = await get(rig, STATUS, { 'x-reason': reason });
    assert.equal([response.statusCode, response.json().code], [400, 'INVALID_REASON'], reason);
  }
  for (const reason of ['x', 'x'.repeat(500), 'Rückfrage der Ärztin', '会員から電話']) {
    await get(rig, STATUS, { 'x-reason': utf8(reason) });
    assert.is(rig.audit.seen.at(-1)?.reason, reason);
  }
});

test('an id of the caller that can be none is replaced by one of ours', async ({ rig }) => {
  for (const id of ['', 'a b', 'x'.repeat(129), 'a\u0001b']) await get(rig, STATUS, { 'x-request-id': id });
  for (const { requestId } of rig.audit.seen) assert.match(requestId, /^[0-9a-f-]{36}$/);
  assert.is(new Set(rig.audit.seen.map(({ requestId }) => requestId)).size, 4);
});

test('whoever is turned away stands in the log by who they are, the route and where from, without what they presented', async ({
  rig,
}) => {
  const at = { route: 'GET /api/calls/status/:id', address: '127.0.0.1' };
  await get(rig, STATUS, { authorization: 'Bearer guessed-key', 'x-request-id': 'r-1' });
  await rig.server.inject({ method: 'GET', url: STATUS, headers: { 'x-request-id': 'r-2' } });
  await get(rig, STATUS, { ...as('operator'), 'x-request-id': 'r-3' });
  const operator = { actor: 'operator:operator', by: 'api-key', roles: ['Operator'] } as const;
  assert.equal(rig.audit.turnedAway, [
    { actor: 'anonymous', roles: [], status: 401, ...at, requestId: 'r-1' },
    { actor: 'anonymous', roles: [], status: 401, ...at, requestId: 'r-2' },
    { ...operator, status: 403, ...at, requestId: 'r-3' },
  ]);
  assert.not.match(JSON.stringify(rig.audit.turnedAway), /guessed|019ab/);
  assert.not.match(JSON.stringify(rig.audit.turnedAway), keyOf('operator'));
});

test('a callback that is turned away is no refusal of staff', async ({ rig }) => {
  await rig.server.inject({ method: 'POST', url: '/api/calls/events', payload: [{}] });
  assert.equal(rig.audit.turnedAway, []);
});

test('on loopback a page of another site is turned away, and that stands in the log', async () => {
  const rig = await startRig();
  await rig.server.inject({ method: 'GET', url: STATUS, headers: { origin: 'https://evil.example' } });
  await rig.server.inject({ method: 'GET', url: STATUS, headers: { host: 'evil.example' } });
  await rig.server.inject({ method: 'GET', url: STATUS });
  assert.equal(
    rig.audit.turnedAway.map(({ actor, status }) => [actor, status]),
    Array(2).fill(['anonymous', 403]),
  );
  assert.equal([rig.audit.seen[0]?.actor, rig.audit.seen[0]?.by], ['coordinator:local', 'loopback']);
  await rig.close();
});

test.run();
