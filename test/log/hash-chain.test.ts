import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD, type NewEntry } from '../../src/domain/entries.ts';
import { digestOf, hexOf, NO_DIGEST } from '../../src/log/digest.ts';
import { chain, chainedDigest, hashEntry, hashLaidOut } from '../../src/log/hash-chain.ts';
import { laidOut, layOut } from '../../src/log/laid-out.ts';
import { newEntry } from './samples.ts';

const ENTRY: NewEntry = {
  kind: 'callback',
  type: 'Microsoft.Communication.CallConnected',
  id: '7d9d4a8e',
  at: '2024-05-01T13:00:00.000Z',
  actor: 'acs',
  cause: null,
  data: '{"name":"Zoë 😀"}',
};

/** The format, written down a second time and as plainly as possible. */
function plainHash(previousHash: string, stream: string, version: number, entry: NewEntry): string {
  const hash = createHash('sha256').update('callistra/log/1').update(Buffer.from(previousHash, 'hex'));
  const { kind, type, id, at, actor, cause, data } = entry;
  for (const text of [stream, String(version), kind, type, id, at, actor, cause, data]) {
    const bytes = Buffer.from(text ?? '');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text === null ? 0xffffffff : bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest('hex');
}

test('the hash of a known entry never changes', () => {
  const known = '45590603b03986f95bd5ab5ff2d823d1a6572682176da3eb424ecc22a334b310';
  assert.is(hashEntry(EMPTY_HEAD.hash, 'stream', 1, ENTRY), known);
});

test('any entry hashes as the format says, whatever was hashed before it', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 50 });
  const long = fc.oneof(
    text,
    fc.nat(40_000).map((units) => 'ü😀x'.repeat(units / 4)),
  );
  const entry = fc.record({
    kind: fc.constantFrom('command' as const, 'callback' as const, 'outcome' as const),
    type: text,
    id: text,
    at: text,
    actor: text,
    cause: fc.option(text),
    data: long,
  });
  const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
  const property = fc.property(hex, text, fc.nat(), entry, (previousHash, stream, version, any) => {
    assert.is(hashEntry(previousHash, stream, version, any), plainHash(previousHash, stream, version, any));
  });
  fc.assert(property, { numRuns: 200 });
});

test('streams whose names are longer than any of ours hash as the format says too', () => {
  for (let length = 900; length < 1_100; length += 1) {
    const stream = 'n'.repeat(length);
    const hash = plainHash('f'.repeat(64), stream, 7, ENTRY);
    assert.is(hashEntry('f'.repeat(64), stream, 7, ENTRY), hash);
    const end = layOut(7, ENTRY);
    assert.is(hexOf(hashLaidOut(digestOf('f'.repeat(64)), stream, end)), hash);
    const stated = new DataView(Uint8Array.from(Buffer.from(hash)).buffer);
    assert.is(chainedDigest(digestOf('f'.repeat(64)), stream, end, stated, 0), digestOf(hash));
    assert.is(chainedDigest(NO_DIGEST, stream, end, stated, 0), null);
  }
});

test('what is laid out hashes again behind any hash and under any name, and can be read back', () => {
  for (const entry of [ENTRY, { ...ENTRY, cause: '' }, { ...ENTRY, cause: 'c', data: 'ü'.repeat(100_000) }]) {
    const end = layOut(7, entry);
    for (const stream of ['one', 'another with ü', 'one']) {
      for (const before of ['f'.repeat(64), `a${'0'.repeat(63)}`, EMPTY_HEAD.hash]) {
        assert.is(hexOf(hashLaidOut(digestOf(before), stream, end)), plainHash(before, stream, 7, entry));
      }
    }
    assert.equal(laidOut(), { version: 7, ...entry });
  }
});

/** What is done with entries of two streams in turn. */
const doings = fc.array(
  fc.record({
    what: fc.constantFrom('chained', 'chained', 'chained', 'forged', 'hashed', 'other stream', 'by texts', 'large'),
    id: fc.nat(3),
    digit: fc.nat(63),
  }),
  { maxLength: 30 },
);

test('a chain is followed by digests as by texts, whatever else is hashed meanwhile', () =>
  fc.assert(
    fc.property(doings, (some) => {
      let before = EMPTY_HEAD.hash;
      for (const { what, id, digit } of some) {
        const entry = { ...ENTRY, id: `${id}`, ...(what === 'large' && { data: 'x'.repeat(9_000 * (id + 1)) }) };
        const hash = plainHash(before, 'one', 7, entry);
        if (what === 'by texts') assert.is(hashEntry(before, 'one', 7, entry), hash);
        if (what === 'other stream') hashLaidOut(digestOf(hash), 'another', layOut(1, entry));
        if (what === 'hashed') assert.is(hexOf(hashLaidOut(digestOf(before), 'one', layOut(7, entry))), hash);
        const stated =
          what === 'forged' ? hash.slice(0, digit) + (hash[digit] === 'a' ? 'b' : 'a') + hash.slice(digit + 1) : hash;
        const view = new DataView(Uint8Array.from(Buffer.from(`xx${stated}`)).buffer);
        const digest = chainedDigest(digestOf(before), 'one', layOut(7, entry), view, 2);
        assert.is(digest, what === 'forged' ? null : digestOf(hash));
        if (digest !== null) before = hash;
      }
    }),
  ));

test('a hash before that is none counts as zeros, whatever is wrong with it', () => {
  const zeros = hashEntry(EMPTY_HEAD.hash, 's', 1, ENTRY);
  for (const none of ['', 'f', 'f'.repeat(63), `${'f'.repeat(63)}g`, `\u0130${'f'.repeat(63)}`, `${'f'.repeat(63)} `]) {
    assert.is(hashEntry(none, 's', 1, ENTRY), zeros);
  }
});

test('every field changes the hash', () => {
  const changes: Partial<NewEntry>[] = [
    { kind: 'command' },
    { type: 'x' },
    { id: 'x' },
    { at: 'x' },
    { actor: 'x' },
    { cause: 'x' },
    { cause: '' },
    { data: `${ENTRY.data} ` },
  ];
  const hashes = changes.map((change) => hashEntry(EMPTY_HEAD.hash, 'stream', 1, { ...ENTRY, ...change }));
  hashes.push(
    hashEntry(EMPTY_HEAD.hash, 'stream', 1, ENTRY),
    hashEntry(EMPTY_HEAD.hash, 'stream', 2, ENTRY),
    hashEntry(EMPTY_HEAD.hash, 'streams', 1, ENTRY),
    hashEntry('1'.repeat(64), 'stream', 1, ENTRY),
  );
  assert.is(new Set(hashes).size, hashes.length);
});

test('text cannot be moved from one field to the next without a trace', () => {
  const one = hashEntry(EMPTY_HEAD.hash, 's', 1, { ...ENTRY, type: 'ab', id: 'c', cause: null, data: '' });
  const other = hashEntry(EMPTY_HEAD.hash, 's', 1, { ...ENTRY, type: 'a', id: 'bc', cause: null, data: '' });
  const null1 = hashEntry(EMPTY_HEAD.hash, 's', 1, { ...ENTRY, type: 'ab', id: 'c', cause: '', data: '' });
  assert.is(new Set([one, other, null1]).size, 3);
});

test('a previous hash that is none is hashed the same way each time', () => {
  const before = hashEntry('nonsense', 's', 1, ENTRY);
  hashEntry('f'.repeat(64), 's', 1, ENTRY);
  assert.is(hashEntry('nonsense', 's', 1, ENTRY), before);
});

test('a chain goes on from the head that it is given', () => {
  const all = chain(EMPTY_HEAD, 's', [newEntry('a'), newEntry('b'), newEntry('c')]);
  const head = { version: 1, hash: all[0]!.hash };
  assert.equal(chain(head, 's', [newEntry('b'), newEntry('c')]), all.slice(1));
  assert.equal(
    all.map((entry) => entry.version),
    [1, 2, 3],
  );
  assert.is(all[2]!.hash, hashEntry(all[1]!.hash, 's', 3, newEntry('c')));
});

test.run();
