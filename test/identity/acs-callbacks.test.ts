import type { RequestListener } from 'node:http';
import { generateKeyPair } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCallbackVerifier } from '../../src/identity/acs-callbacks.ts';
import { verifierFor } from '../http/rig.ts';
import { flood } from '../support/flood.ts';
import { AUDIENCE, ISSUER, type Issuer, NOW, startIssuer } from '../support/issuer.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const test = suite<{ issuer: Issuer }>('callback-verifier');
test.before.each(async (context) => {
  context.issuer = await startIssuer();
});
test.after.each((context) => context.issuer.close());

const SECOND = NOW / 1_000;
const HOUR = 3_600_000;

test('a token that the provider signed for us is good', async ({ issuer }) => {
  assert.is(await verifierFor(issuer).verify(await issuer.sign()), 'ok');
  assert.is(await verifierFor(issuer).verify(await issuer.sign({ aud: ['other', AUDIENCE] })), 'ok');
});

test('a token for somebody else, of somebody else or of another time is not', async ({ issuer }) => {
  const verifier = verifierFor(issuer);
  const verdict = async (claims: Record<string, unknown>) => verifier.verify(await issuer.sign(claims));
  assert.is(await verdict({ aud: 'another-resource' }), 'foreign-audience');
  assert.is(await verdict({ aud: undefined }), 'invalid');
  assert.is(await verdict({ iss: `${ISSUER}/x` }), 'invalid');
  assert.is(await verdict({ iss: undefined }), 'invalid');
  assert.is(await verdict({ exp: undefined }), 'invalid');
  assert.is(await verdict({ exp: SECOND - 301 }), 'invalid');
  assert.is(await verdict({ nbf: SECOND + 301 }), 'invalid');
});

test('clocks may differ by five minutes', async ({ issuer }) => {
  const verifier = verifierFor(issuer);
  assert.is(await verifier.verify(await issuer.sign({ exp: SECOND - 299 })), 'ok');
  assert.is(await verifier.verify(await issuer.sign({ nbf: SECOND + 299 })), 'ok');
});

test('a token that another key signed is not good, even under the name of ours', async ({ issuer }) => {
  const { privateKey } = await generateKeyPair('RS256');
  assert.is(await verifierFor(issuer).verify(await issuer.sign({}, { key: privateKey })), 'invalid');
});

test('no other algorithm is believed: not none, not a secret made of the public key, not another RSA one', async ({
  issuer,
}) => {
  const verifier = verifierFor(issuer);
  const claims = { iss: ISSUER, aud: AUDIENCE, exp: SECOND + 60 };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  assert.is(await verifier.verify(`${part({ alg: 'none' })}.${part(claims)}.`), 'invalid');
  const secret = Buffer.from(JSON.stringify(issuer.publicJwk()));
  assert.is(await verifier.verify(await issuer.sign({}, { alg: 'HS256', key: secret })), 'invalid');
  const { privateKey } = await generateKeyPair('PS256');
  assert.is(await verifier.verify(await issuer.sign({}, { alg: 'PS256', key: privateKey })), 'invalid');
});

test('garbage is not a token', async ({ issuer }) => {
  const verifier = verifierFor(issuer);
  const good = await issuer.sign();
  const flipped = `${good.slice(0, -4)}${good.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
  for (const token of ['', 'x', '.', '..', 'a.b.c', 'e30.e30.e30', good.slice(0, -5), flipped, `${good}.x`, '\u0000']) {
    assert.is(await verifier.verify(token), 'invalid', token.slice(0, 10));
  }
});

test('keys are fetched once for many tokens', async ({ issuer }) => {
  const verifier = verifierFor(issuer);
  const token = await issuer.sign();
  await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token)));
  await verifier.verify(token);
  assert.is(issuer.fetches(), 1);
});

test('after the provider has changed its keys the new ones are fetched and the old ones are not believed', async ({
  issuer,
}) => {
  const verifier = verifierFor(issuer, { refetchCooldownMs: 0 });
  const old = await issuer.sign();
  assert.is(await verifier.verify(old), 'ok');
  await issuer.rotate();
  assert.is(await verifier.verify(await issuer.sign()), 'ok');
  assert.is(await verifier.verify(old), 'invalid');
});

test('an unknown key name is looked for once in a while; what was not looked for is neither good nor bad', async ({
  issuer,
}) => {
  const clock = virtualClock(NOW);
  const verifier = verifierFor(issuer, { clock });
  const known = await issuer.sign({ exp: SECOND + 3_600 });
  assert.is(await verifier.verify(known), 'ok');
  for (let index = 0; index < 5; index += 1) {
    assert.is(await verifier.verify(await issuer.sign({}, { kid: `made-up-${index}` })), 'keys-unavailable');
    assert.is(await verifier.verify(known), 'ok');
  }
  assert.is(issuer.fetches(), 1);
  await clock.advance(30_000);
  assert.is(await verifier.verify(await issuer.sign({}, { kid: 'made-up-9' })), 'invalid');
  assert.is(await verifier.verify(await issuer.sign({}, { kid: 'made-up-10' })), 'keys-unavailable');
  assert.is(issuer.fetches(), 2);
});

test('no callback is lost by a change of keys: it is told to come again until they are looked for', async ({
  issuer,
}) => {
  const clock = virtualClock(NOW);
  const verifier = verifierFor(issuer, { clock });
  assert.is(await verifier.verify(await issuer.sign()), 'ok');
  await issuer.rotate();
  const young = await issuer.sign({ exp: SECOND + 3_600 });
  assert.is(await verifier.verify(young), 'keys-unavailable');
  await clock.advance(30_000);
  assert.is(await verifier.verify(young), 'ok');
});

test('strangers who name keys at once cause one fetch, and hold up nobody whose key is known', async ({ issuer }) => {
  const clock = virtualClock(NOW);
  const verifier = verifierFor(issuer, { clock });
  const known = await issuer.sign({ exp: SECOND + 3_600 });
  assert.is(await verifier.verify(known), 'ok');
  await clock.advance(30_000);
  const hold = issuer.hold();
  const made = await Promise.all([1, 2, 3].map((index) => issuer.sign({}, { kid: `made-up-${index}` })));
  const strangers = Promise.all(made.map((token) => verifier.verify(token)));
  assert.is(await verifier.verify(known), 'ok');
  hold.release();
  assert.equal(await strangers, ['invalid', 'invalid', 'invalid']);
  assert.is(issuer.fetches(), 2);
});

test('while keys are known a key server that is down is asked no more often', async ({ issuer }) => {
  const clock = virtualClock(NOW);
  const verifier = verifierFor(issuer, { clock });
  assert.is(await verifier.verify(await issuer.sign()), 'ok');
  issuer.breakDown(true);
  const stranger = await issuer.sign({}, { kid: 'made-up' });
  await clock.advance(30_000);
  for (let seconds = 0; seconds < 29; seconds += 7) {
    assert.is(await verifier.verify(stranger), 'keys-unavailable');
    await clock.advance(7_000);
  }
  assert.is(issuer.fetches(), 2);
});

test('without the key server nothing is decided, and known keys stay in use', async ({ issuer }) => {
  const clock = virtualClock(NOW);
  const verifier = verifierFor(issuer, { clock });
  issuer.breakDown(true);
  const token = await issuer.sign({ exp: SECOND + 3_600 });
  assert.is(await verifier.verify(token), 'keys-unavailable');
  assert.is(verifier.trouble(), 'it answers 500');
  issuer.breakDown(false);
  await clock.advance(2_000);
  assert.is(await verifier.verify(token), 'ok');
  assert.is(verifier.trouble(), null);
  issuer.breakDown(true);
  await clock.advance(11 * 60_000);
  assert.is(await verifier.verify(token), 'ok');
});

/** What a key server may say instead of keys, and what is said of it. */
const NO_KEYS: readonly (readonly [what: string, answer: RequestListener, trouble: string | RegExp])[] = [
  ['an empty set', (_request, response) => response.end('{"keys":[]}'), 'it publishes no keys'],
  ['a page', (_request, response) => response.end('<html>'), 'what it publishes is no set of keys'],
  ['null', (_request, response) => response.end('null'), 'it publishes no keys'],
  [
    'a set of more than a mebibyte',
    (_request, response) => response.end(JSON.stringify({ keys: [{ kty: 'RSA', n: 'x'.repeat(1024 ** 2) }] })),
    'what it publishes is too large to be a set of keys',
  ],
  ['a set without an end', flood, 'what it publishes is too large to be a set of keys'],
  [
    'a way to somebody else',
    (_request, response) => response.writeHead(302, { location: 'http://keys.example/' }).end(),
    'it answers 302',
  ],
  ['nothing', (_request, response) => response.destroy(), /^it cannot be reached/],
];

for (const [what, answer, trouble] of NO_KEYS) {
  test(`${what} is no set of keys, and takes none away`, async ({ issuer }) => {
    const clock = virtualClock(NOW);
    const verifier = verifierFor(issuer, { clock });
    const known = await issuer.sign({ exp: SECOND + 3_600 });
    assert.is(await verifier.verify(known), 'ok');
    issuer.answerWith(answer);
    await clock.advance(60_000);
    assert.is(await verifier.verify(await issuer.sign({}, { kid: 'made-up' })), 'keys-unavailable');
    assert.match(verifier.trouble() ?? '', trouble);
    assert.is(await verifier.verify(known), 'ok');
  });
}

test('keys are renewed in the background, so a key that was withdrawn is forgotten', async ({ issuer }) => {
  const clock = virtualClock(NOW);
  const verifier = verifierFor(issuer, { clock });
  const old = await issuer.sign({ exp: SECOND + 3_600 });
  assert.is(await verifier.verify(old), 'ok');
  await issuer.rotate();
  await clock.advance(11 * 60_000);
  await verifier.verify(old);
  while ((await verifier.verify(old)) === 'ok') await new Promise(setImmediate);
  assert.is(issuer.fetches(), 2);
});

test('a clock that is set back delays neither the keys’ renewal nor the look for a key that is new', async ({
  issuer,
}) => {
  const clock = virtualClock(NOW);
  const verifier = verifierFor(issuer, { clock });
  assert.is(await verifier.verify(await issuer.sign()), 'ok');
  clock.jump(-HOUR);
  await issuer.rotate();
  await clock.advance(30_000);
  assert.is(await verifier.verify(await issuer.sign({ nbf: SECOND - HOUR })), 'ok');
});

test('an unreachable key server, or one that talks nonsense, decides nothing', async () => {
  const options = { issuer: ISSUER, audience: AUDIENCE, clockToleranceSeconds: 300, clock: virtualClock(NOW) };
  const issuer = await startIssuer();
  const token = await issuer.sign();
  await issuer.close();
  const verifier = createCallbackVerifier({ ...options, jwksUrl: issuer.jwksUrl });
  assert.is(await verifier.verify(token), 'keys-unavailable');
});

test.run();
