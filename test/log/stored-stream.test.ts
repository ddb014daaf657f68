import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD, type Entry, type NewEntry } from '../../src/domain/entries.ts';
import { digestOf, hexOf, NO_DIGEST } from '../../src/log/digest.ts';
import { chain, hashEntry, hashLaidOut } from '../../src/log/hash-chain.ts';
import { ABSENT_SIZE } from '../../src/log/laid-out.ts';
import { entriesOf, type StoredStream, streamOfEntries, streamOfTexts, TEXTS } from '../../src/log/stored-stream.ts';

const test = suite('a stream as a store gives it');

const STREAM = '018f3f4e-7c1a-7000-8000-000000000001';
const text = fc.string({ unit: fc.oneof(fc.constantFrom('\u0000', '"', 'a'), fc.constant('é😀'), fc.string()) });
const ascii = fc.string({ unit: fc.nat(127).map((code) => String.fromCharCode(code)), maxLength: 90 });

function entriesWith(texts: fc.Arbitrary<string>): fc.Arbitrary<Entry[]> {
  const entry = fc.record<NewEntry>({
    kind: fc.constantFrom('command', 'callback', 'outcome'),
    type: texts,
    id: texts,
    at: texts,
    actor: texts,
    cause: fc.option(texts),
    data: texts,
  });
  return fc.array(entry, { maxLength: 5 }).map((entries) => chain(EMPTY_HEAD, STREAM, entries));
}

function stored(entries: readonly Entry[]): StoredStream {
  const bytes = entries.map((entry) => TEXTS.map((name) => (entry[name] === null ? null : Buffer.from(entry[name]))));
  const numbers = entries.map(({ version }, index) => [
    version,
    ...bytes[index]!.map((one) => one?.length ?? ABSENT_SIZE),
  ]);
  return streamOfTexts(STREAM, numbers.flat(), Buffer.concat(bytes.flat().filter((one) => one !== null)));
}

test('its entries are those that were put there, and are laid out and hashed as they are', () =>
  fc.assert(
    fc.property(fc.oneof(entriesWith(ascii), entriesWith(text)), (entries) => {
      for (const stream of [stored(entries), streamOfEntries(STREAM, entries)]) {
        assert.equal(entriesOf(stream), entries);
        let before = NO_DIGEST;
        for (const [index, { version, hash }] of entries.entries()) {
          assert.is(stream.version(index), version);
          assert.is(hashLaidOut(before, STREAM, stream.layOut(index)), digestOf(hash));
          assert.is(stream.chained(index, before, stream.layOut(index)), digestOf(hash));
          before = digestOf(hash);
        }
      }
    }),
  ));

test('an entry whose hash is another than its fields give is not chained, whichever digit differs, and however long it is', () => {
  const entries = chain(EMPTY_HEAD, STREAM, [sample('a'), sample('b')]);
  const { hash } = entries[0]!;
  const digits = [0, 31, 63].map(
    (place) => hash.slice(0, place) + (hash[place] === '0' ? '1' : '0') + hash.slice(place + 1),
  );
  for (const other of [...digits, '', hash.slice(1), hash.slice(0, -1), `${hash}0`, hash.toUpperCase()]) {
    const forged = [{ ...entries[0]!, hash: other }, entries[1]!];
    for (const stream of [stored(forged), streamOfEntries(STREAM, forged)]) {
      assert.is(stream.chained(0, NO_DIGEST, stream.layOut(0)), null);
      // What was looked at before leaves nothing behind.
      assert.is(stream.chained(1, digestOf(hash), stream.layOut(1)), digestOf(entries[1]!.hash));
      assert.is(stream.chained(1, NO_DIGEST, stream.layOut(1)), null);
    }
  }
});

test('bytes that are no text are hashed as what they are read as, also where two texts share a character', () => {
  for (const damaged of [[Buffer.of(0xff), Buffer.from('b')] as const, [Buffer.of(0xc3), Buffer.of(0xa9)] as const]) {
    const [type, id] = damaged;
    const rest = ['callback', type, id, 'at', 'actor', '', 'data', ''].map((one) => Buffer.from(one as string));
    const stream = streamOfTexts(STREAM, [1, ...rest.map(({ length }) => length)], Buffer.concat(rest));
    const entry = stream.entry(0);
    assert.ok(entry.type.includes('\ufffd'));
    const digest = hashLaidOut(NO_DIGEST, STREAM, stream.layOut(0));
    assert.is(hexOf(digest), hashEntry(EMPTY_HEAD.hash, STREAM, 1, entry));
  }
});

function sample(id: string): NewEntry {
  return { kind: 'callback', type: 'Test', id, at: 'at', actor: 'acs', cause: null, data: '{}' };
}

test.run();
