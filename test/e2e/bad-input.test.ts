import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cloudEvent } from '../support/callbacks.ts';
import { entriesOfOthers } from '../support/entries.ts';
import { until } from '../support/until.ts';
import { initiate } from './rig.ts';
import { type Answer, type Delivery, FOREIGN_AUDIENCE, type SignedRig, startSignedRig } from './signed-rig.ts';

const UNKNOWN_CALL = '019aab00-0000-7000-8000-000000000001';
const HOUR_MS = 3_600_000;

let rig: SignedRig;
let call: string;
let otherCall: string;

test.before(async () => {
  // At the pace of real time both phones go on ringing, and nothing but the tests' own requests moves anything.
  rig = await startSignedRig([{ behaviour: 'keeps-ringing' }, { behaviour: 'keeps-ringing' }]);
  call = await initiate(rig.url, 'M-1');
  otherCall = await initiate(rig.url, 'M-2');
  await until('both phones ring', async () => {
    await rig.server.app.idle();
    return rig.simulator.stats().dials === 2;
  });
});
test.after(() => rig.close());

async function metric(pattern: RegExp): Promise<number> {
  const text = await (await fetch(`${rig.url}/metrics`)).text();
  return text.split('\n').reduce((sum, line) => sum + (pattern.test(line) ? Number(line.split(' ').at(-1)) : 0), 0);
}

const REFUSED = /^callistra_http_request_duration_seconds_count\{.*route="\/api\/calls\/events",status="4\d\d"/;

/** That a request is refused with a problem, and leaves not a trace in the log. */
async function assertRefused(ask: () => Promise<Answer>, status: number, code: string): Promise<void> {
  const before = await entriesOfOthers(rig.server.stores.log);
  const answer = await ask();
  assert.is(answer.status, status, answer.body);
  assert.match(answer.type, 'application/problem+json');
  const problem = JSON.parse(answer.body) as { status: number; code: string; title: string };
  assert.equal([problem.status, problem.code], [status, code]);
  assert.ok(problem.title.length > 0);
  assert.equal(await entriesOfOthers(rig.server.stores.log), before);
}

async function ask(path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
  const init = { method: 'POST', headers, ...(body !== undefined && { body }) };
  const response = await fetch(`${rig.url}${path}`, init);
  const type = String(response.headers.get('content-type'));
  return { status: response.status, type, headers: '', body: await response.text() };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const INITIATES: readonly (readonly [string, () => Promise<Answer>, number, string])[] = [
  ['of a member who is not known', () => ask('/api/calls/initiate/M-unknown'), 404, 'MEMBER_NOT_FOUND'],
  ['with a malformed member id', () => ask('/api/calls/initiate/M%201'), 400, 'BAD_REQUEST'],
  ['with an endless member id', () => ask(`/api/calls/initiate/${'M'.repeat(65)}`), 400, 'BAD_REQUEST'],
  ['whose body is cut off', () => ask('/api/calls/initiate/M-1', '{"callbackUrl":', JSON_TYPE), 400, 'INVALID_JSON'],
  ['whose body has an unknown field', () => ask('/api/calls/initiate/M-1', '{"x":1}', JSON_TYPE), 400, 'BAD_REQUEST'],
  [
    'whose body is of another type',
    () => ask('/api/calls/initiate/M-1', '<x/>', { 'content-type': 'text/xml' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  [
    'whose body is too large',
    () => ask('/api/calls/initiate/M-1', JSON.stringify({ callbackUrl: 'x'.repeat(20_000) }), JSON_TYPE),
    413,
    'TOO_LARGE',
  ],
  [
    'whose callbacks would go elsewhere',
    () => ask('/api/calls/initiate/M-1', '{"callbackUrl":"https://evil.example/"}', JSON_TYPE),
    422,
    'CALLBACK_URL_NOT_ALLOWED',
  ],
  [
    'with an empty Idempotency-Key',
    () => ask('/api/calls/initiate/M-1', undefined, { 'idempotency-key': '' }),
    400,
    'INVALID_IDEMPOTENCY_KEY',
  ],
  ['of a member who has an open call', () => ask('/api/calls/initiate/M-1'), 409, 'CALL_OPEN'],
];

for (const [what, request, status, code] of INITIATES) {
  test(`an initiate ${what} is refused with ${status} and changes nothing`, () => assertRefused(request, status, code));
}

const many = (count: number) => JSON.stringify(Array.from({ length: count }, () => cloudEvent()));
const BODIES: readonly (readonly [string, Delivery, number, string])[] = [
  ['without JSON', { body: 'callConnectionId=1' }, 400, 'INVALID_JSON'],
  ['without anything', { body: '' }, 400, 'INVALID_JSON'],
  ['not in UTF-8', { body: Buffer.from([0x7b, 0xff, 0x7d]) }, 400, 'INVALID_JSON'],
  ['with an empty list', { body: '[]' }, 400, 'INVALID_EVENT'],
  ['with a number for an event', { body: '[1]' }, 400, 'INVALID_EVENT'],
  ['whose event has no id', { body: JSON.stringify([cloudEvent('X', { id: undefined })]) }, 400, 'INVALID_EVENT'],
  ['whose event has no data', { body: JSON.stringify([cloudEvent('X', { data: null })]) }, 400, 'INVALID_EVENT'],
  ['with a bad event behind a good one', { body: JSON.stringify([cloudEvent(), {}]) }, 400, 'INVALID_EVENT'],
  ['with too many events', { body: many(101) }, 413, 'TOO_LARGE'],
  [
    'with too large an event',
    { body: JSON.stringify(cloudEvent('X', { note: 'x'.repeat(70_000) })) },
    413,
    'TOO_LARGE',
  ],
  ['that is too large', { body: JSON.stringify([cloudEvent('X', { note: 'x'.repeat(300_000) })]) }, 413, 'TOO_LARGE'],
  ['of another type', { contentType: 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
];

for (const [what, delivery, status, code] of BODIES) {
  test(`a callback ${what} is refused with ${status}, changes nothing and is counted`, async () => {
    const counted = await metric(REFUSED);
    await assertRefused(() => rig.deliver(call, delivery), status, code);
    assert.is(await metric(REFUSED), counted + 1);
  });
}

type Stranger = readonly [string, reason: string, delivery: () => Promise<Delivery>, number, string];
const STRANGERS: readonly Stranger[] = [
  ['without a token', 'no-token', async () => ({ token: null }), 401, 'UNAUTHENTICATED'],
  ['with a made-up token', 'invalid-token', async () => ({ token: 'a.b.c' }), 401, 'UNAUTHENTICATED'],
  [
    'with an expired token',
    'invalid-token',
    async () => ({ token: await rig.sign({ nowMs: Date.now() - HOUR_MS }) }),
    401,
    'UNAUTHENTICATED',
  ],
  [
    'with a token from the future',
    'invalid-token',
    async () => ({ token: await rig.sign({ nowMs: Date.now() + HOUR_MS }) }),
    401,
    'UNAUTHENTICATED',
  ],
  [
    'with a token whose claims were changed',
    'invalid-token',
    async () => ({ token: forged(await rig.sign({ audience: FOREIGN_AUDIENCE })) }),
    401,
    'UNAUTHENTICATED',
  ],
  [
    'with a token for another resource',
    'foreign-audience',
    async () => ({ token: await rig.sign({ audience: FOREIGN_AUDIENCE }) }),
    403,
    'FORBIDDEN',
  ],
  ['without a secret', 'no-secret', async () => ({ secret: null }), 401, 'UNAUTHENTICATED'],
  ['with a wrong secret', 'wrong-secret', async () => ({ secret: 'x'.repeat(43) }), 403, 'FORBIDDEN'],
  [
    'with the secret of another call',
    'wrong-secret',
    async () => ({ secret: rig.secretOf(otherCall) }),
    403,
    'FORBIDDEN',
  ],
];

/** The claims of a token for us under the signature of one that is not. */
function forged(token: string): string {
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const changed = { ...claims, aud: '00000000-5133-4a7c-9000-0000000000aa' };
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}

for (const [what, reason, delivery, status, code] of STRANGERS) {
  test(`a callback ${what} is refused with ${status}, changes nothing and is counted`, async () => {
    const pattern = new RegExp(`^callistra_callback_refusals_total\\{reason="${reason}"\\}`);
    const counted = await metric(pattern);
    const made = await delivery();
    await assertRefused(() => rig.deliver(call, made), status, code);
    assert.is(await metric(pattern), counted + 1);
  });
}

test('a genuine callback for a call that does not exist goes to the quarantine, and is counted', async () => {
  const pattern = /^callistra_callback_deliveries_total\{result="unknown-call"\}/;
  const counted = await metric(pattern);
  assert.is((await rig.deliver(UNKNOWN_CALL)).status, 200);
  const { items } = (await (await fetch(`${rig.url}/api/quarantine`)).json()) as { items: { callSessionId: string }[] };
  assert.equal(
    items.map((item) => item.callSessionId),
    [UNKNOWN_CALL],
  );
  assert.is(await metric(pattern), counted + 1);
});

test('after all this the good callback is still taken', async () => {
  assert.is((await rig.deliver(call)).status, 200);
  assert.is((await rig.deliver(otherCall)).status, 200);
});

test.run();
