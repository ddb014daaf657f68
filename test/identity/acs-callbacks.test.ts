import { generateKeyPair } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCallbackVerifier } from '../../src/identity/acs-callbacks.ts';
import { verifierFor } from '../http/rig.ts';
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

test('unknown key names do not make us fetch again and again', async ({ issuer }) => {
  const verifier = verifierFor(issuer);
  assert.is(await verifier.verify(await issuer.sign()), 'ok');
  for (let index = 0; index < 5; index += 1) {
    assert.is(await verifier.verify(await issuer.sign({}, { kid: `made-up-${index}` })), 'invalid');
  }
  assert.is(issuer.fetches(), 1);
});

test('without the key server nothing is decided, and known keys stay in use', async ({ issuer }) => {
  const clock = virtualClock(NOW);
  const verifier = verifierFor(issuer, { clock });
  issuer.breakDown(true);
  const token = await issuer.sign({ exp: SECOND + 3_600 });
  assert.is(await verifier.verify(token), 'keys-unavailable');
  issuer.breakDown(false);
  assert.is(await verifier.verify(token), 'ok');
  issuer.breakDown(true);
  await clock.advance(11 * 60_000);
  assert.is(await verifier.verify(token), 'ok');
});

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
  const verifier = verifierFor(issuer, { clock, refetchCooldownMs: HOUR / 6 });
  const wall = Date.now;
  try {
    const old = await issuer.sign({ exp: SECOND + HOUR });
    assert.is(await verifier.verify(old), 'ok');
    // The library goes by the wall.
    Date.now = () => wall() - HOUR;
    clock.jump(-HOUR);
    await issuer.rotate();
    await verifier.verify(old);
    while (issuer.fetches() < 2) await new Promise(setImmediate);
    const young = await issuer.sign({ nbf: SECOND - HOUR });
    while ((await verifier.verify(young)) !== 'ok') await new Promise(setImmediate);
    await issuer.rotate();
    Date.now = () => wall() - HOUR + HOUR / 3;
    await clock.advance(HOUR / 3);
    await verifier.verify(young);
    while (issuer.fetches() < 3) await new Promise(setImmediate);
  } finally {
    Date.now = wall;
  }
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
