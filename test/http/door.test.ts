import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { as, KEYS } from './keys.ts';
import { deliver, type Rig, startRig } from './rig.ts';
import { CANARIES, event, SECRET } from './samples.ts';

/** Nobody has been at these before; each test has its own. */
let HERE = '';
let THERE = '';
const STALE = { 'x-api-key': 'a-key-of-last-year' };

const time = { nowMs: 0 };
const metered = () =>
  startRig({ staff: KEYS, limits: { maxFailures: 3 }, trustedHops: 1, monotonicMs: () => time.nowMs });

const test = suite<{ rig: Rig }>('whoever is turned away');
test.before(async (context) => {
  const sha256 = createHash('sha256').update('agreed upon').digest('hex');
  context.rig = await startRig({
    ...{ staff: KEYS, eventGrid: { subscriptions: ['calls'], auth: { mode: 'secret', sha256 } }, trustedHops: 1 },
    limits: { maxFailures: 3 },
    monotonicMs: () => time.nowMs,
  });
});
let tests = 0;
test.before.each(({ rig }) => {
  tests += 1;
  [HERE, THERE] = [`198.51.100.${tests}`, `203.0.113.${tests}`];
  rig.logLines.length = 0;
  rig.audit.seen.length = 0;
  rig.audit.turnedAway.length = 0;
});
test.after(({ rig }) => rig.close());

type Headers = Readonly<Record<string, string>>;

/** A request of staff from an address, as status and the seconds to wait. */
async function ask(rig: Rig, address: string, headers: Headers, url = '/api/calls') {
  const response = await rig.server.inject({ url, headers: { 'x-forwarded-for': address, ...headers } });
  return { status: response.statusCode, wait: response.headers['retry-after'], response };
}

async function statuses(rig: Rig, address: string, each: readonly Headers[], url?: string): Promise<number[]> {
  const found: number[] = [];
  for (const headers of each) found.push((await ask(rig, address, headers, url)).status);
  return found;
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const guesses = (count: number, from = 0): Headers[] =>
  Array.from({ length: count }, (_, index) => ({ 'x-api-key': `guess-${from + index}` }));

/** What cannot come in, by what is presented: each is slowed down, and not before its time. */
const IN_VAIN: Readonly<Record<string, readonly [status: number, headers: Headers]>> = {
  nothing: [401, {}],
  'a key that is nobody’s': [401, STALE],
  'a token that is nobody’s': [401, { authorization: 'Bearer a.b.c' }],
  'the key of somebody else': [403, as('operator')],
};

for (const [what, [status, headers]] of Object.entries(IN_VAIN)) {
  test(`${what}, again and again, is told to wait, and for how long`, async ({ rig }) => {
    assert.equal(await statuses(rig, HERE, times(3, headers)), times(3, status));
    time.nowMs += 10_500;
    const { wait, response } = await ask(rig, HERE, headers);
    assert.equal([response.statusCode, response.json().code, wait], [429, 'TOO_MANY_FAILURES', '50']);
    assert.is(response.headers['content-type'], 'application/problem+json');
    time.nowMs += 49_500;
    assert.is((await ask(rig, HERE, headers)).status, status);
  });
}

test('nobody at another address is slowed down by it, and nobody who is right at the same one', async ({ rig }) => {
  assert.equal(await statuses(rig, HERE, times(6, STALE)), [401, 401, 401, 429, 429, 429]);
  assert.is((await ask(rig, HERE, as('coordinator'))).status, 200);
  assert.is((await ask(rig, THERE, STALE)).status, 401);
  assert.is((await ask(rig, HERE, {})).status, 401);
});

test('an invented entry of X-Forwarded-For is no other address', async ({ rig }) => {
  const found: number[] = [];
  for (let tries = 0; tries < 4; tries += 1)
    found.push((await ask(rig, HERE, { ...STALE, 'x-forwarded-for': `192.0.2.${tries}, ${HERE}` })).status);
  assert.equal(found, [401, 401, 401, 429]);
});

test('addresses of one IPv6 network are slowed down together', async ({ rig }) => {
  const found: number[] = [];
  for (let host = 1; host < 5; host += 1) found.push((await ask(rig, `2001:db8:1:2::${host}`, STALE)).status);
  assert.equal(found, [401, 401, 401, 429]);
  assert.is((await ask(rig, '2001:db8:1:3::1', STALE)).status, 401);
});

test('who guesses keys is not told when one is right; who has worked there before goes on', async ({ rig }) => {
  assert.is((await ask(rig, HERE, as('coordinator'))).status, 200);
  assert.equal(await statuses(rig, HERE, guesses(5)), [401, 401, 401, 429, 429]);
  const wrong = await ask(rig, HERE, { 'x-api-key': 'guess-9' });
  for (const url of ['/api/calls', '/health/ready', '/metrics']) {
    const guessed = await ask(rig, HERE, as('anna'), url);
    const missed = await ask(rig, HERE, { 'x-api-key': 'guess-9' }, url);
    assert.equal(
      [guessed.status, guessed.wait, guessed.response.body],
      [missed.status, missed.wait, missed.response.body],
    );
  }
  assert.is(wrong.status, 429);
  assert.is(rig.audit.seen.length, 1);
  assert.is((await ask(rig, HERE, as('coordinator'))).status, 200);
  assert.is((await ask(rig, THERE, as('anna'))).status, 200);
  time.nowMs += 60_000;
  assert.is((await ask(rig, HERE, as('anna'))).status, 200);
});

test('health is no place to guess keys at: it answers as to anybody, and counts', async ({ rig }) => {
  assert.equal(await statuses(rig, HERE, guesses(4), '/health/ready'), times(4, 200));
  assert.is((await ask(rig, HERE, { 'x-api-key': 'guess-5' })).status, 429);
  const { response } = await ask(rig, HERE, as('operator'), '/health/ready');
  assert.equal(response.json(), { status: 'ready' });
});

test('a callback that is right is never told to wait, nor one that ACS has signed', async ({ rig }) => {
  const from = { 'x-forwarded-for': HERE };
  const body = JSON.stringify(event());
  const wrong = { url: `/api/calls/events?call=x&secret=${SECRET}`, headers: from };
  const found: number[] = [];
  for (let tries = 0; tries < 5; tries += 1)
    found.push((await deliver(rig, body, { ...wrong, token: 'a.b.c' })).statusCode);
  assert.equal(found, [403, 403, 403, 429, 429]);
  assert.is((await deliver(rig, body, { headers: from, token: 'a.b.c' })).statusCode, 429);
  assert.is((await deliver(rig, body, { headers: from })).statusCode, 200);
  assert.is((await deliver(rig, body, wrong)).statusCode, 403);
  assert.is((await ask(rig, HERE, STALE)).status, 401);
});

test('so is Event Grid, when it has proven to be it', async ({ rig }) => {
  const send = async (secret: string, subscription: string) => {
    const headers = {
      'x-forwarded-for': HERE,
      'aeg-event-type': 'Notification',
      'aeg-subscription-name': subscription,
    };
    const own = { 'content-type': 'application/json', 'x-callistra-event-grid-secret': secret };
    const url = '/api/calls/events';
    return (await rig.server.inject({ method: 'POST', url, headers: { ...headers, ...own }, payload: '[]' }))
      .statusCode;
  };
  const found: number[] = [];
  for (let tries = 0; tries < 4; tries += 1) found.push(await send('wrong', 'calls'));
  assert.equal(found, [403, 403, 403, 429]);
  assert.is(await send('agreed upon', 'of-others'), 403);
  assert.is.not(await send('agreed upon', 'calls'), 429);
});

const linesOf = ({ logLines }: Rig) =>
  logLines.map((line) => JSON.parse(line)).filter(({ code }) => code === 'REFUSED');

test('each one is told of in the log with reason and address, a flood in a few lines, and nothing that was sent', async ({
  rig,
}) => {
  const canary = { 'x-api-key': CANARIES[2]!, 'x-request-id': 'M-1' };
  for (let tries = 0; tries < 25; tries += 1) await ask(rig, HERE, canary, '/api/calls/status/M-1');
  const lines = linesOf(rig);
  assert.equal(
    lines.map(({ slowed }) => slowed),
    [undefined, undefined, undefined, 1, 10],
  );
  for (const { level, of, reason, address, route } of lines)
    assert.equal([level, of, reason, address, route], [40, 'staff', 'unknown-key', HERE, 'GET /api/calls/status/:id']);
  assert.not.match(JSON.stringify(lines), /M-1|canary/);
});

test('each is a metric by reason, and addresses are none', async () => {
  const rig = await metered();
  await statuses(rig, HERE, [{}, STALE, STALE, STALE, STALE, as('operator')]);
  await deliver(rig, '[]', { token: 'a.b.c' });
  const { body } = await rig.server.inject({ url: '/metrics', headers: as('operator') });
  for (const line of [
    'callistra_refusals_total{of="staff",reason="no-credential"} 1',
    'callistra_refusals_total{of="staff",reason="unknown-key"} 4',
    'callistra_refusals_total{of="staff",reason="role"} 1',
    'callistra_refusals_total{of="callbacks",reason="invalid-token"} 1',
    'callistra_slowed_total{of="staff"} 1',
    'callistra_slowed_total{of="event-grid"} 0',
  ])
    assert.ok(body.split('\n').includes(line), line);
  assert.not.ok(body.includes(HERE));
  await rig.close();
});

test('the log of who looked has also those who were slowed down', async ({ rig }) => {
  await statuses(rig, HERE, times(4, STALE));
  assert.equal(
    rig.audit.turnedAway.map(({ status, actor }) => `${status} ${actor}`),
    [...times(3, '401 anonymous'), '429 anonymous'],
  );
});

test('a page of another site on this machine slows down nobody who works on it', async () => {
  const rig = await startRig({ limits: { maxFailures: 3 } });
  const foreign = { origin: 'https://evil.example' };
  const found: number[] = [];
  for (let tries = 0; tries < 5; tries += 1)
    found.push((await rig.server.inject({ url: '/api/calls', headers: foreign })).statusCode);
  assert.equal(found, [403, 403, 403, 429, 429]);
  assert.is((await rig.server.inject('/api/calls')).statusCode, 200);
  await rig.close();
});

test('behind a proxy that nobody has told of, the line says which setting is missing', async () => {
  const rig = await startRig({ staff: KEYS, limits: { maxFailures: 1 } });
  await statuses(rig, HERE, [{}, {}]);
  assert.match(linesOf(rig).at(-1)?.msg, 'TRUSTED_HOPS');
  assert.is(linesOf(rig).at(-1)?.address, '127.0.0.1');
  await rig.close();
});

test.run();
