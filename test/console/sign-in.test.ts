import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { STREAMS_OF_ONE_MAX } from '../../src/console/live.ts';
import { LogError } from '../../src/log/port.ts';
import { keyOf } from '../http/keys.ts';
import { sha256 } from '../support/sha256.ts';
import { MINUTE, signInRig, streamOf } from './sign-in-rig.ts';
import { signedOut } from './signed-out.ts';

const SECOND = 1_000;
const SESSION = '__Host-callistra-session';

/** One server for most of what follows: to begin one costs more than all that it is asked. */
const rig = signInRig();
const { audit, clock, held, browser } = rig;

test.before.each(() => {
  audit.seen.length = 0;
  audit.turnedAway.length = 0;
});
test.after(() => rig.server.close());

async function signedIn(name: string, at = rig) {
  const browser = at.browser();
  const { status } = await browser.post('/console/sign-in', { key: keyOf(name) });
  assert.is(status, 303);
  return browser;
}

test('whoever is not signed in is shown where to, and comes to what they wanted', async () => {
  const anna = browser();
  const first = await anna.get('/console/members?search=M-1');
  assert.is(first.status, 401);
  assert.match(first.text, /<h1>Sign in<\/h1>.*name="returnTo" value="\/console\/members\?search=M-1"/s);
  assert.equal([audit.seen, audit.turnedAway], [[], []]);
  const second = await anna.post('/console/sign-in', { key: keyOf('anna'), returnTo: '/console/members?search=M-1' });
  assert.equal([second.status, second.location], [303, '/console/members?search=M-1']);
  assert.is((await anna.get('/console/members')).status, 200);
  assert.equal([audit.seen[0]?.actor, audit.seen[0]?.by], ['coordinator:anna', 'api-key']);
});

test('the cookie names a session and nobody; scripts, other sites and other hosts do not get it', async () => {
  const { headers } = await browser().post('/console/sign-in', { key: keyOf('anna') });
  const cookie = String(headers['set-cookie']);
  for (const part of [/^__Host-callistra-session=/, /; Path=\/(;|$)/, /; HttpOnly/, /; Secure/, /; SameSite=Lax/])
    assert.match(cookie, part);
  assert.not.match(cookie, /Domain=/);
  for (const part of cookie.split(/[.=;]/)) assert.not.match(Buffer.from(part, 'base64url').toString('latin1'), /anna/);
});

test('each role is shown its own pages, and whoever has several chooses as which one to see them', async () => {
  const statusOf = async (name: string, path: string) => (await (await signedIn(name)).get(path)).status;
  assert.is(await statusOf('operator', '/console/members'), 403);
  assert.is(await statusOf('compliance', '/console/members'), 200);
  const anna = await signedIn('anna');
  assert.match((await anna.get('/console')).text, /Call now|memberId/);
  await anna.post('/console/seen-as', { role: 'Compliance' });
  await anna.get('/console/members');
  assert.is(audit.seen.at(-1)?.actor, 'compliance:anna');
  await anna.post('/console/seen-as', { role: 'Operator' });
  await anna.get('/console/members');
  assert.is(audit.seen.at(-1)?.actor, 'coordinator:anna', 'which she is not');
});

const LEADS: readonly (readonly [returnTo: string, to: string])[] = [
  ['/console/calls?disposition=busy', '/console/calls?disposition=busy'],
  ['//evil.example', '/console'],
  ['/\\evil.example', '/console'],
  ['/console/\\evil.example', '/console'],
  ['/console//evil.example', '/console'],
  ['/console/../..//evil.example', '/console'],
  ['https://evil.example/console', '/console'],
  ['javascript:alert(1)', '/console'],
  ['/console\r\nset-cookie: a=b', '/console'],
  ['/consolence', '/console'],
  ['/console/sign-out', '/console'],
];

test('after a sign-in one is led to pages of the console only', async () => {
  for (const [returnTo, to] of LEADS) {
    const { location } = await browser().post('/console/sign-in', { key: keyOf('anna'), returnTo });
    assert.is(location, to, returnTo);
  }
});

const FORGED: readonly (readonly [what: string, headers: Record<string, string>])[] = [
  ['without an Origin', { origin: '' }],
  ['of a page that hides where it is from', { origin: 'null' }],
  ['of another site', { origin: 'https://evil.example' }],
  ['of a sibling', { origin: 'https://other.calls.example' }],
  ['of our host by http', { origin: 'http://calls.example' }],
  ['of another port', { origin: 'https://calls.example:444' }],
  ['which the browser calls another site’s', { 'sec-fetch-site': 'same-site' }],
  ['which the browser calls nobody’s', { 'sec-fetch-site': 'none' }],
  ['to a foreign host', { host: 'evil.example', origin: 'https://evil.example' }],
];

for (const [what, headers] of FORGED) {
  test(`a form ${what} changes nothing and signs nobody in, and says so`, async () => {
    const anna = await signedIn('anna');
    const done = await anna.post('/console/call-now', { memberId: 'M-1', key: 'k' }, headers);
    const began = await browser().post('/console/sign-in', { key: keyOf('anna') }, headers);
    for (const { status, text } of [done, began]) {
      assert.is(status, 403);
      assert.match(text, /Nothing was changed|answers only to its own address/);
    }
    assert.is(began.headers['set-cookie'], undefined);
    assert.is(audit.turnedAway.length, 2, 'and stands in the log');
  });
}

test('a page under a foreign name is none', async () => {
  const anna = await signedIn('anna');
  assert.is((await anna.get('/console', { headers: { host: 'evil.example' } })).status, 403);
  assert.is((await browser().get('/console/sign-in', { headers: { host: 'evil.example' } })).status, 403);
});

test('a cookie that was copied before a sign-out is worth nothing after it', async () => {
  const anna = await signedIn('anna');
  const thief = browser(anna.cookies);
  assert.is((await thief.get('/console')).status, 200);
  const { status, location } = await anna.post('/console/sign-out');
  assert.equal([status, location], [303, '/console/signed-out']);
  const { status: then, text } = await thief.get('/console');
  assert.is(then, 401);
  assert.match(text, /Your session is over/);
  assert.is(audit.turnedAway.at(-1)?.actor, 'nobody:anna');
});

test('a session that was there before a sign-in is no one’s after it', async () => {
  const mallory = await signedIn('operator');
  const anna = browser(mallory.cookies);
  await anna.post('/console/sign-in', { key: keyOf('anna') });
  assert.is.not(anna.cookies.get(SESSION), mallory.cookies.get(SESSION));
  assert.is((await anna.get('/console')).status, 200);
  assert.is((await mallory.get('/console')).status, 401);
});

test('everywhere is everywhere within 15 seconds, at other instances too, and for that person alone', async () => {
  const there = signInRig({ clock, audit: { ...audit, sessions: rig.sessionsAgain() } });
  const [anna, olga] = [await signedIn('anna'), await signedIn('operator')];
  const elsewhere = there.browser(anna.cookies);
  assert.is((await elsewhere.get('/console')).status, 200);
  const second = await signedIn('anna', there);
  await second.post('/console/sign-out/everywhere');
  await clock.advance(15 * SECOND);
  for (const browser of [anna, elsewhere, second]) assert.is((await browser.get('/console')).status, 401);
  assert.is((await olga.get('/console')).status, 200);
  await there.server.close();
});

test('a key that is withdrawn, made anew or given another role counts so at once', async () => {
  const anna = await signedIn('anna');
  const { keys } = held;
  const change = (to: object) => {
    held.keys = keys.map((key) => (key.name === 'anna' ? { ...key, ...to } : key));
  };
  change({ roles: ['Operator'] });
  assert.is((await anna.get('/console/members')).status, 403);
  change({ sha256: sha256('another key') });
  assert.match((await anna.get('/console')).text, /does not let you in any more/);
  held.keys = keys.filter(({ name }) => name !== 'anna');
  assert.is((await anna.get('/console')).status, 401);
  held.keys = keys;
});

test('a session ends after 8 hours, however busy it is, and after a while without anybody', async () => {
  const [busy, idle] = [await signedIn('anna'), await signedIn('anna')];
  for (let minutes = 0; minutes < 8 * 60 - 10; minutes += 10) {
    await clock.advance(10 * MINUTE);
    assert.is((await busy.get('/console')).status, 200);
    // What a page fetches by itself is nobody's hand.
    await idle.get('/console', { headers: { 'sec-fetch-mode': 'cors' } });
  }
  assert.match((await idle.get('/console')).text, /Your session is over/, 'when it was found idle it was ended');
  await clock.advance(10 * MINUTE);
  assert.is((await busy.get('/console')).status, 401);
});

test('what nobody has a hand on is closed, and says why', async () => {
  const anna = await signedIn('anna');
  await clock.advance(16 * MINUTE);
  assert.is((await anna.get('/console', { headers: { 'sec-fetch-mode': 'cors' } })).status, 200);
  await clock.advance(1);
  const { status, text } = await anna.post('/console/call-now', { memberId: 'M-1', key: 'k' });
  assert.is(status, 401);
  assert.match(text, /Nobody used the console here for a while.*What you sent was not done/s);
});

test('keys that are guessed in the form are counted and slowed down, whoever guesses right among them', async () => {
  const guarded = signInRig({ maxFailures: 3 });
  const statuses: number[] = [];
  for (const guess of ['a', 'b', 'c', 'd', keyOf('anna')]) {
    statuses.push((await guarded.browser().post('/console/sign-in', { key: guess })).status);
  }
  assert.equal(statuses, [401, 401, 401, 429, 429]);
  const header = await guarded.server.inject({ url: '/api/calls', headers: { 'x-api-key': keyOf('anna') } });
  assert.is(header.statusCode, 429, 'in headers too');
  assert.is(guarded.audit.turnedAway.length, 6);
  await guarded.server.close();
});

test('a wrong key is told so in words, and does not come back', async () => {
  const { status, text } = await browser().post('/console/sign-in', { key: 'hush-4711', returnTo: '/console/calls' });
  assert.is(status, 401);
  assert.match(text, /nobody’s key.*value="\/console\/calls"/s);
  assert.not.match(text, /hush-4711/);
});

const SPOILT = ['', 'x', '..', 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..a.b.c', 'a'.repeat(9_000)];

test('what is no cookie of ours lets nobody in', async () => {
  const anna = await signedIn('anna');
  const good = anna.cookies.get(SESSION)!;
  for (const value of [...SPOILT, `${good}A`, good.slice(0, -2)]) {
    const { status } = await browser(new Map([[SESSION, value]])).get('/console');
    assert.is(status, 401, value);
  }
});

test('when nobody can tell whether a session goes on nothing is shown', async () => {
  const anna = await signedIn('anna');
  await clock.advance(15 * SECOND);
  rig.failLog(new LogError('LOG_UNAVAILABLE', 'away'));
  const { status, text, headers } = await anna.get('/console/members');
  assert.equal([status, headers['retry-after']], [503, '5']);
  assert.match(text, /Nothing is lost/);
  assert.is((await browser().post('/console/sign-in', { key: keyOf('anna') })).status, 503);
  rig.failLog(null);
});

test('a zone and the shortcuts are chosen on the page of oneself, and kept by this browser', async () => {
  const anna = await signedIn('anna');
  const before = await anna.get('/console/me');
  assert.match(before.text, /<html lang="en">.*<option value="UTC" selected>/s);
  assert.is((await anna.post('/console/me/choices', { zone: 'America/Chicago' })).status, 303);
  const { text } = await anna.get('/console/me');
  assert.match(text, /<html lang="en" data-shortcuts="off">/);
  assert.match(text, /<option value="America\/Chicago" selected>/);
  assert.match(text, /\d\d:\d\d:\d\d (CST|CDT)/, 'and the session began then');
  assert.is((await anna.post('/console/me/choices', { zone: 'Mars/Base', shortcuts: 'on' })).status, 422);
  await anna.post('/console/me/choices', { zone: 'UTC', shortcuts: 'on' });
  assert.match((await anna.get('/console/me')).text, /<html lang="en">/);
});

test('one session of several is ended by itself', async () => {
  const [one, other] = [await signedIn('compliance'), await signedIn('compliance')];
  await one.post('/console/sign-out/one', { session: 'nobody’s', month: '2026-03' });
  const { text } = await one.get('/console/me');
  const ids = [...text.matchAll(/name="session" value="([^"]+)"\/?><input[^>]*name="month" value="([^"]+)"/g)];
  const own = /<strong> · this browser<\/strong>.*?name="session" value="([^"]+)"/s.exec(text)?.[1];
  const [, session = '', month = ''] = ids.find(([, id]) => id !== own)!;
  await one.post('/console/sign-out/one', { session, month });
  assert.is((await one.get('/console')).status, 200);
  assert.is((await other.get('/console')).status, 401);
});

test('nothing of somebody else’s can be ended', async () => {
  const [anna, olga] = [await signedIn('anna'), await signedIn('operator')];
  const { text } = await anna.get('/console/me');
  const [, session = '', month = ''] = /name="session" value="([^"]+)"\/?><input[^>]*name="month" value="([^"]+)"/.exec(
    text,
  )!;
  await olga.post('/console/sign-out/one', { session, month });
  assert.is((await anna.get('/console')).status, 200);
});

test('a session has a few streams and no more, and they end with it', async () => {
  await rig.server.listen({ host: '127.0.0.1', port: 0 });
  const [anna, olga] = [await signedIn('anna'), await signedIn('operator')];
  const streams = await Promise.all(
    Array.from({ length: STREAMS_OF_ONE_MAX + 2 }, () => streamOf(rig.server, anna.cookies)),
  );
  assert.equal(streams.map(({ status }) => status).sort(), [...Array(STREAMS_OF_ONE_MAX).fill(200), 503, 503]);
  const other = await streamOf(rig.server, olga.cookies);
  await anna.post('/console/sign-out');
  await clock.advance(2 * SECOND);
  await Promise.all(streams.map(({ ended }) => ended));
  assert.is(other.status, 200, 'somebody else has theirs');
  await clock.advance(17 * MINUTE);
  await other.ended;
});

test('a page may ask who is signed in, and tells of hands', async () => {
  const anna = await signedIn('anna');
  const mark = /name="callistra-person" content="([^"]+)"/.exec((await anna.get('/console/me')).text)?.[1];
  assert.equal(JSON.parse((await anna.get('/console/session')).text), { person: mark });
  assert.not.match(String(mark), /anna/);
  for (let minutes = 0; minutes < 30; minutes += 10) {
    await clock.advance(10 * MINUTE);
    assert.is((await anna.post('/console/here')).status, 204);
  }
  await anna.post('/console/sign-out/idle');
  assert.is((await anna.get('/console/session')).status, 401);
});

test.run();
signedOut.run();
