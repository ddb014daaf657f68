import { generateKeyPair } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCallbackVerifier } from '../../src/identity/acs-callbacks.ts';
import { verifierFor } from '../http/rig.ts';
import { AUDIENCE, ISSUER, type Issuer, NOW, startIssuer } from '../support/issuer.ts';

const test = suite<{ issuer: Issuer }>('callback-verifier');
test.before.each(async (context) => {
  context.issuer = await startIssuer();
});
test.after.each((context) => context.issuer.close());

const SECOND = NOW / 1_000;

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
  let now = NOW;
  const verifier = verifierFor(issuer, { now: () => now });
  issuer.breakDown(true);
  const token = await issuer.sign({ exp: SECOND + 3_600 });
  assert.is(await verifier.verify(token), 'keys-unavailable');
  issuer.breakDown(false);
  assert.is(await verifier.verify(token), 'ok');
  issuer.breakDown(true);
  now += 11 * 60_000;
  assert.is(await verifier.verify(token), 'ok');
});

test('keys are renewed in the background, so a key that was withdrawn is forgotten', async ({ issuer }) => {
  let now = NOW;
  const verifier = verifierFor(issuer, { now: () => now });
  const old = await issuer.sign({ exp: SECOND + 3_600 });
  assert.is(await verifier.verify(old), 'ok');
  await issuer.rotate();
  now += 11 * 60_000;
  await verifier.verify(old);
  while ((await verifier.verify(old)) === 'ok') await new Promise(setImmediate);
  assert.is(issuer.fetches(), 2);
});

test('an unreachable key server, or one that talks nonsense, decides nothing', async () => {
  const options = { issuer: ISSUER, audience: AUDIENCE, clockToleranceSeconds: 300, now: () => NOW };
  const issuer = await startIssuer();
  const token = await issuer.sign();
  await issuer.close();
  const verifier = createCallbackVerifier({ ...options, jwksUrl: issuer.jwksUrl });
  assert.is(await verifier.verify(token), 'keys-unavailable');
});

test.run();
