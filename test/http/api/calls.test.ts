import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Rig, startRig } from '../rig.ts';
import { CALL, ROWS } from '../samples.ts';

const test = suite<Rig>('calls');
test.before.each(async (context) => {
  Object.assign(context, await startRig());
});
test.after.each((context) => context.close());

const initiate = ({ server }: Rig, payload?: object | string, headers: Record<string, string> = {}) =>
  server.inject({
    method: 'POST',
    url: '/api/calls/initiate/M-1',
    headers,
    ...(payload !== undefined && { payload }),
  });

test('initiating answers with the call and where its status is', async (rig) => {
  const response = await initiate(rig);
  assert.is(response.statusCode, 202);
  assert.equal(response.json(), { callSessionId: CALL, status: 'Initiated' });
  assert.is(response.headers.location, `/api/calls/status/${CALL}`);
  assert.is(response.headers['idempotency-replayed'], undefined);
  assert.equal(rig.fake.asked.initiate, [[{ memberId: 'M-1', actor: 'coordinator:local' }]]);
});

test('a body may be absent, empty or without a callbackUrl', async (rig) => {
  const json = { 'content-type': 'application/json' };
  for (const response of [
    await initiate(rig),
    await initiate(rig, '', json),
    await initiate(rig, '{}', json),
    await initiate(rig, '{}', { 'content-type': 'application/json; charset=utf-8' }),
  ]) {
    assert.is(response.statusCode, 202, response.body);
  }
});

test('a call may be of low priority; another word is refused', async (rig) => {
  for (const priority of ['low', 'normal'] as const) {
    assert.is((await initiate(rig, { priority })).statusCode, 202);
    assert.is(rig.fake.asked.initiate.at(-1)?.[0].priority, priority);
  }
  for (const priority of ['urgent', '', 1, null, ['low']]) {
    const response = await initiate(rig, { priority });
    assert.is(response.statusCode, 400, JSON.stringify(priority));
    assert.is(response.headers['content-type'], 'application/problem+json');
  }
  assert.is(rig.fake.asked.initiate.length, 2);
});

test('the description tells which priorities there are', async ({ server }) => {
  const document = (await server.inject('/docs/json')).json();
  const { InitiateCallRequest, Priority } = document.components.schemas;
  assert.equal(InitiateCallRequest.properties.priority, { $ref: '#/components/schemas/Priority' });
  assert.equal(Priority.enum, ['normal', 'low']);
});

test('a repeated request with its key is told that it was one', async (rig) => {
  rig.fake.initiated = { ok: true, callSessionId: CALL, status: 'Initiated', replayed: true };
  const response = await initiate(rig, undefined, { 'idempotency-key': 'order 66' });
  assert.is(response.statusCode, 202);
  assert.is(response.headers['idempotency-replayed'], 'true');
  assert.is(rig.fake.asked.initiate[0]?.[0].idempotencyKey, 'order 66');
});

test('a repeated request is told how its call stands by now, and that is in the log', async (rig) => {
  for (const status of ['Connected', 'PersonDetected', 'Disconnected', 'Failed'] as const) {
    rig.fake.initiated = { ok: true, callSessionId: CALL, status, replayed: true };
    const response = await initiate(rig, undefined, { 'idempotency-key': 'order 66' });
    assert.equal([response.statusCode, response.json()], [202, { callSessionId: CALL, status }]);
    const { action, calls, members } = rig.audit.seen.at(-1) ?? {};
    assert.equal([action, calls, members], ['status', [CALL], ['M-1']]);
  }
  // What the first answer said is no news to who asks again.
  rig.fake.initiated = { ok: true, callSessionId: CALL, status: 'Initiated', replayed: true };
  await initiate(rig, undefined, { 'idempotency-key': 'order 66' });
  assert.is(rig.audit.seen.length, 4);
});

test('a call is cancelled by its id in any case', async ({ server, fake }) => {
  const response = await server.inject({ method: 'POST', url: `/api/calls/${CALL.toUpperCase()}/cancel` });
  assert.equal(response.json(), { callSessionId: CALL, status: 'Cancelling' });
  assert.is(fake.asked.cancel[0]?.[0], CALL);
});

test('a key that is empty, too long or not printable is refused', async (rig) => {
  for (const key of ['', 'x'.repeat(256), 'a\tb', 'caf\u00e9']) {
    const response = await initiate(rig, undefined, { 'idempotency-key': key });
    assert.is(response.statusCode, 400, key);
    assert.is(response.json().code, 'INVALID_IDEMPOTENCY_KEY');
  }
  assert.is((await initiate(rig, undefined, { 'idempotency-key': 'x'.repeat(255) })).statusCode, 202);
  assert.is(rig.fake.asked.initiate.length, 1);
});

test('what the application refuses becomes a problem of its own', async (rig) => {
  const refusals = [
    [{ ok: false, code: 'MEMBER_NOT_FOUND' }, 404],
    [{ ok: false, code: 'MEMBER_NOT_CALLABLE' }, 422],
    [{ ok: false, code: 'CALL_OPEN', callSessionId: 'open-1' }, 409],
    [{ ok: false, code: 'IDEMPOTENCY_KEY_REUSED' }, 422],
  ] as const;
  for (const [refusal, status] of refusals) {
    rig.fake.initiated = refusal;
    const response = await initiate(rig);
    assert.is(response.statusCode, status);
    assert.is(response.json().code, refusal.code);
    assert.is(response.json().callSessionId, refusal.code === 'CALL_OPEN' ? 'open-1' : undefined);
  }
});

test('callbacks go only where the settings allow', async (rig) => {
  const good: readonly [string, string][] = [
    ['https://hooks.example/acs', 'https://hooks.example/acs'],
    ['https://hooks.example/acs/a?b=1', 'https://hooks.example/acs/a?b=1'],
    ['HTTPS://Hooks.Example:443/acs/../acs/x', 'https://hooks.example/acs/x'],
    ['https://calls.example/api/calls/events', 'https://calls.example/api/calls/events'],
  ];
  for (const [callbackUrl, normal] of good) {
    assert.is((await initiate(rig, { callbackUrl })).statusCode, 202, callbackUrl);
    assert.is(rig.fake.asked.initiate.at(-1)?.[0].callbackUrl, normal);
  }
  const bad = [
    'https://elsewhere.example/acs',
    'https://hooks.example/',
    'https://hooks.example/acsx',
    'https://hooks.example/acs/../other',
    'https://hooks.example/acs/%2e%2e/other',
    'https://hooks.example:8443/acs',
    'https://hooks.example.evil.example/acs',
    'https://user:pass@hooks.example/acs',
    'https://hooks.example/acs#x',
    'https://hooks.example/acs?secret=1',
    'https://hooks.example/acs?call=1',
    'http://hooks.example/acs',
    'ftp://hooks.example/acs',
    'javascript:alert(1)',
    '//hooks.example/acs',
    'not a url',
  ];
  const before = rig.fake.asked.initiate.length;
  for (const callbackUrl of bad) {
    const response = await initiate(rig, { callbackUrl });
    assert.is(response.statusCode, 422, callbackUrl);
    assert.is(response.json().code, 'CALLBACK_URL_NOT_ALLOWED');
  }
  assert.is(rig.fake.asked.initiate.length, before);
});

test('plain http is for this machine only', async () => {
  const allowed = ['http://127.0.0.1:9000', 'http://plain.example'];
  const rig = await startRig({ callbackUrlAllow: allowed });
  const status = async (callbackUrl: string) => (await initiate(rig, { callbackUrl })).statusCode;
  assert.is(await status('http://127.0.0.1:9000/x'), 202);
  assert.is(await status('http://plain.example/x'), 422);
  await rig.close();
});

test('a member id or body that is not as described is refused and nothing is asked', async (rig) => {
  for (const id of ['a%20b', 'a%2Fb', '%2B15550142', 'x'.repeat(65), 'a@b', '%00', 'é']) {
    const response = await rig.server.inject({ method: 'POST', url: `/api/calls/initiate/${id}` });
    assert.is(response.statusCode, 400, id);
    assert.is(response.json().code, 'BAD_REQUEST');
  }
  const bodies: readonly [object | string, number][] = [
    [{ callbackUrl: 5 }, 400],
    [{ callbackUrl: null }, 400],
    [{ callbackUrl: '' }, 400],
    [{ callbackUrl: `https://hooks.example/acs/${'x'.repeat(2_048)}` }, 400],
    [{ phoneNumber: '+15550142' }, 400],
    [[], 400],
    ['{', 400],
    ['null', 400],
    ['{"__proto__":{"x":1}}', 400],
    [`"${'x'.repeat(17_000)}"`, 413],
  ];
  for (const [body, status] of bodies) {
    const response = await initiate(rig, body, { 'content-type': 'application/json' });
    assert.is(response.statusCode, status, JSON.stringify(body).slice(0, 50));
    assert.not.match(response.body, '15550142');
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    assert.is((await initiate(rig, 'callbackUrl=x', { 'content-type': type })).statusCode, 415, type);
  }
  assert.is(rig.fake.asked.initiate.length, 0);
});

test('status tells the call and its answers, and nothing that is our own business', async (rig) => {
  const response = await rig.server.inject(`/api/calls/status/${CALL}`);
  assert.is(response.statusCode, 200);
  const { version: _version, correlationId: _correlationId, serverCallId: _serverCallId, ...session } = ROWS.session;
  assert.equal(response.json(), {
    ...session,
    simulated: true,
    responses: [{ questionNumber: 1, response: 'yes', recordedAt: '2026-03-01T09:01:00.000Z' }],
  });
  assert.is(response.headers['cache-control'], 'no-store');
  assert.equal(rig.fake.asked.status, [[CALL]]);
});

test('what a call does not have yet is null', async (rig) => {
  const session = { ...ROWS.session, callConnectionId: null, disposition: null };
  rig.fake.rows = { session, responses: [] };
  const { callConnectionId, disposition, responses } = (await rig.server.inject('/api/calls/status/leg-1')).json();
  assert.equal([callConnectionId, disposition, responses], [null, null, []]);
});

test('the status of a call that nobody knows is not found', async (rig) => {
  rig.fake.rows = null;
  const response = await rig.server.inject('/api/calls/status/unknown');
  assert.is(response.statusCode, 404);
  assert.is(response.json().code, 'CALL_NOT_FOUND');
  assert.is((await rig.server.inject('/api/calls/status/a%20b')).statusCode, 400);
});

test('cancelling passes on who asks and why', async (rig) => {
  const url = `/api/calls/${CALL}/cancel`;
  const response = await rig.server.inject({ method: 'POST', url, payload: { reason: 'wrong member' } });
  assert.is(response.statusCode, 202);
  assert.equal(response.json(), { callSessionId: CALL, status: 'Cancelling' });
  await rig.server.inject({ method: 'POST', url });
  assert.equal(rig.fake.asked.cancel, [
    [CALL, 'coordinator:local', 'wrong member'],
    [CALL, 'coordinator:local', undefined],
  ]);
});

test('a call that is unknown, over or badly named cannot be cancelled', async (rig) => {
  const cancel = (id: string, payload: object = {}) =>
    rig.server.inject({ method: 'POST', url: `/api/calls/${id}/cancel`, payload });
  rig.fake.cancelled = 'unknown-call';
  assert.is((await cancel(CALL)).json().code, 'CALL_NOT_FOUND');
  rig.fake.cancelled = 'already-ended';
  const ended = await cancel(CALL);
  assert.is(ended.statusCode, 409);
  assert.is(ended.json().code, 'CALL_ENDED');
  assert.is((await cancel('a.b')).statusCode, 400);
  assert.is((await cancel(CALL, { reason: 'x'.repeat(501) })).statusCode, 400);
  assert.is((await cancel(CALL, { reason: 5 })).statusCode, 400);
  assert.is((await cancel(CALL, { why: 'x' })).statusCode, 400);
});

test.run();
