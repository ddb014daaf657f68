import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  COSIGNATURE,
  ED25519,
  freshSeed,
  readSigner,
  readVerifier,
  secretLine,
  signerOf,
} from '../../src/tlog/keys.ts';

/** Of the description of signed notes (C2SP). */
const KNOWN = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';

const seed = Buffer.alloc(32, 7);
const signer = signerOf('plan.example/callistra', seed);

test('the known line of a verifier is read, with its name, id and kind', () => {
  const verifier = readVerifier(KNOWN);
  assert.equal(
    [verifier?.name, verifier?.id.toString('hex'), verifier?.kind],
    ['example.com/foo', '530d903a', ED25519],
  );
  assert.is(verifier?.line, KNOWN);
  assert.is(readVerifier(` ${KNOWN}\n`)?.line, KNOWN);
});

test('the id of a key is the first four bytes of a hash over name, newline, kind and key', () => {
  const kindAndKey = Buffer.from(signer.line.slice(`${signer.name}+00000000+`.length), 'base64');
  const hash = createHash('sha256').update('plan.example/callistra\n').update(kindAndKey).digest('hex');
  assert.equal([signer.id.toString('hex'), kindAndKey[0], kindAndKey.length], [hash.slice(0, 8), 1, 33]);
});

test('a key of the other kind has another id, though its bytes and name are the same', () => {
  const witness = signerOf(signer.name, seed, COSIGNATURE);
  assert.not.equal(witness.id, signer.id);
  assert.is(readVerifier(witness.line)?.kind, COSIGNATURE);
});

test('a secret key is the same again when its line is read', () => {
  for (const kind of [ED25519, COSIGNATURE] as const) {
    const one = signerOf('a.example/b', freshSeed(), kind);
    const line = secretLine(one);
    assert.match(line, /^PRIVATE\+KEY\+a\.example\/b\+[0-9a-f]{8}\+/);
    assert.is(readSigner(line)?.line, one.line);
    assert.is(secretLine(readSigner(line)!), line);
  }
});

test('the line of a verifier holds nothing of the secret', () => {
  assert.not.match(signer.line, seed.toString('base64').slice(0, 20));
  assert.is(readSigner(signer.line), null);
  assert.is(readVerifier(secretLine(signer)), null);
});

const BAD: readonly (readonly [what: string, line: string])[] = [
  ['nothing', ''],
  ['another id', KNOWN.replace('530d903a', '530d903b')],
  ['another name', KNOWN.replace('foo', 'fop')],
  ['an id in capitals', KNOWN.replace('530d903a', '530D903A')],
  ['a name with a space', KNOWN.replace('foo', 'f oo')],
  ['a key that is too short', `${KNOWN.slice(0, -8)}`],
  ['a key of an unknown kind', KNOWN.replace('+Aeky', '+Beky')],
  ['no key', 'example.com/foo+530d903a'],
  ['a further part', `${KNOWN}+x`],
  ['two lines', `${KNOWN}\n${KNOWN}`],
];

for (const [what, line] of BAD) test(`a line with ${what} is no verifier`, () => assert.is(readVerifier(line), null));

test('a secret line whose id is not that of its key is none', () => {
  const line = secretLine(signer);
  const id = signer.id.toString('hex');
  assert.is(readSigner(line.replace(id, '00000000')), null);
  assert.is(readSigner(line.slice(0, -6)), null);
  assert.is(readSigner(''), null);
});

for (const name of ['', 'with space', 'with+plus', 'with\nnewline', 'x'.repeat(256)]) {
  test(`a key cannot be called ${JSON.stringify(name.slice(0, 20))}`, () => {
    assert.throws(() => signerOf(name, seed), TypeError);
  });
}

test('a seed of another length makes no key', () => {
  assert.throws(() => signerOf('a', seed.subarray(1)), TypeError);
});

test('two fresh seeds are not one', () => assert.not(freshSeed().equals(freshSeed())));

test.run();
