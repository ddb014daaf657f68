import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifierFor } from '../http/rig.ts';
import { AUDIENCE, ISSUER, type Issuer, NOW, startIssuer } from '../support/issuer.ts';

// Making a key takes longer than most tests.
const ours = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const another = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const short = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const { privateKey } = ours;

const test = suite<{ issuer: Issuer }>('token-checker');
test.before.each(async (context) => {
  context.issuer = await startIssuer();
  publish(context.issuer, ours.publicKey);
});
test.after.each((context) => context.issuer.close());

const SECOND = NOW / 1_000;
const CLAIMS = { iss: ISSUER, aud: AUDIENCE, exp: SECOND + 60 };
const HEADER = { alg: 'RS256', kid: 'raw' };

/** Has the issuer publish this key and no other. */
function publish(issuer: Issuer, publicKey: KeyObject): void {
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: HEADER.kid, alg: 'RS256', use: 'sig' };
  issuer.answerWith((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
}

/** Signs whatever is given, as no library for tokens would. */
function raw(key: KeyObject, header: object, body: string): string {
  const signed = `${base64url(JSON.stringify(header))}.${base64url(body)}`;
  return `${signed}.${base64url(sign('RSA-SHA256', Buffer.from(signed), key))}`;
}

function base64url(value: string | Buffer): string {
  return Buffer.from(value).toString('base64url');
}

test('a token that says what must be said is good, with and without a type', async ({ issuer }) => {
  const verifier = verifierFor(issuer);
  for (const header of [HEADER, { ...HEADER, typ: 'JWT' }, { ...HEADER, typ: 'at+jwt' }]) {
    assert.is(await verifier.verify(raw(privateKey, header, JSON.stringify(CLAIMS))), 'ok');
  }
});

test('what its issuer calls critical is not understood, so the token is not good', async ({ issuer }) => {
  const verifier = verifierFor(issuer);
  for (const crit of [['b64'], ['exp'], [], null, 'b64']) {
    const header = { ...HEADER, crit, b64: false };
    assert.is(await verifier.verify(raw(privateKey, header, JSON.stringify(CLAIMS))), 'invalid');
  }
});

test('a key is named by a text, or not at all where there is but one', async ({ issuer }) => {
  const verifier = verifierFor(issuer);
  const verdict = (kid: unknown) => verifier.verify(raw(privateKey, { ...HEADER, kid }, JSON.stringify(CLAIMS)));
  assert.is(await verdict(undefined), 'ok');
  for (const kid of [1, null, {}, ['raw'], true]) assert.is(await verdict(kid), 'invalid');
});

/** Bodies that no claims can be read from, well signed, and claims of another type than they have. */
const BODIES: readonly (readonly [what: string, body: string])[] = [
  ['no JSON', 'x'],
  ['half of it', '{"iss":"'],
  ['a text', JSON.stringify('x')],
  ['a number', '1'],
  ['a list', JSON.stringify([CLAIMS])],
  ['an end that is a text', JSON.stringify({ ...CLAIMS, exp: `${SECOND + 60}` })],
  ['an end that is nothing', JSON.stringify({ ...CLAIMS, exp: null })],
  ['a beginning that is a text', JSON.stringify({ ...CLAIMS, nbf: `${SECOND}` })],
  ['a list of issuers', JSON.stringify({ ...CLAIMS, iss: [ISSUER] })],
];

for (const [what, body] of BODIES) {
  test(`a body that is ${what} is refused, whoever signed it and whatever it calls itself`, async ({ issuer }) => {
    const verifier = verifierFor(issuer);
    for (const header of [HEADER, { ...HEADER, typ: 'JWT' }]) {
      assert.is(await verifier.verify(raw(privateKey, header, body)), 'invalid');
      assert.is(await verifier.verify(raw(another.privateKey, header, body)), 'invalid');
    }
  });
}

test('an audience is told from no audience', async ({ issuer }) => {
  const verifier = verifierFor(issuer);
  const verdict = (aud: unknown) => verifier.verify(raw(privateKey, HEADER, JSON.stringify({ ...CLAIMS, aud })));
  assert.is(await verdict(['other']), 'foreign-audience');
  assert.is(await verdict([]), 'foreign-audience');
  assert.is(await verdict({ 0: AUDIENCE }), 'foreign-audience');
  assert.is(await verdict([[AUDIENCE]]), 'foreign-audience');
  assert.is(await verdict(undefined), 'invalid');
});

test('each bit of the signature, and the part it stands for, counts', async ({ issuer }) => {
  const verifier = verifierFor(issuer);
  const good = raw(privateKey, HEADER, JSON.stringify(CLAIMS));
  const [header = '', body = '', signature = ''] = good.split('.');
  const another = base64url(JSON.stringify({ ...CLAIMS, exp: SECOND + 61 }));
  assert.is(await verifier.verify(good), 'ok');
  assert.is(await verifier.verify(`${header}.${another}.${signature}`), 'invalid');
  assert.is(await verifier.verify(`${base64url(JSON.stringify({ ...HEADER, x: 1 }))}.${body}.${signature}`), 'invalid');
  const bytes = Buffer.from(signature, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.is(await verifier.verify(`${header}.${body}.${base64url(changed)}`), 'invalid');
  }
});

test('a key that is too short to be believed is no finding about the token', async ({ issuer }) => {
  publish(issuer, short.publicKey);
  const verifier = verifierFor(issuer);
  assert.is(await verifier.verify(raw(short.privateKey, HEADER, JSON.stringify(CLAIMS))), 'keys-unavailable');
});

test.run();
