import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD, type NewEntry } from '../../src/domain/entries.ts';
import { chain, hashEntry, hashLaidOut } from '../../src/log/hash-chain.ts';
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
    assert.is(hashEntry('f'.repeat(64), stream, 7, ENTRY), plainHash('f'.repeat(64), stream, 7, ENTRY));
  }
});

test('what is laid out hashes again behind any hash and under any name, and can be read back', () => {
  for (const entry of [ENTRY, { ...ENTRY, cause: '' }, { ...ENTRY, cause: 'c', data: 'ü'.repeat(100_000) }]) {
    const end = layOut(7, entry);
    for (const stream of ['one', 'another with ü', 'one']) {
      for (const before of ['f'.repeat(64), `A${'0'.repeat(63)}`, EMPTY_HEAD.hash]) {
        assert.is(hashLaidOut(before, stream, end), plainHash(before, stream, 7, entry));
      }
    }
    assert.equal(laidOut(), { version: 7, ...entry });
  }
});

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
