import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD, type NewEntry } from '../../src/domain/entries.ts';
import { chain, hashEntry, hashFields } from '../../src/log/hash-chain.ts';
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

test('fields that are laid out already hash as the entry does, however long they are', () => {
  const stream = 'a stream with ü';
  for (const data of ['', ENTRY.data, 'x'.repeat(200_000)]) {
    const texts = ['7', ENTRY.kind, ENTRY.type, ENTRY.id, ENTRY.at, ENTRY.actor, '', data];
    const laidOut = texts.flatMap((text) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(text));
      return [length, Buffer.from(text)];
    });
    const fields = Buffer.concat([...laidOut, Buffer.from('beyond')]);
    const hash = hashFields('f'.repeat(64), stream, fields, fields.length - 6);
    assert.is(hash, plainHash('f'.repeat(64), stream, 7, { ...ENTRY, cause: '', data }));
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
