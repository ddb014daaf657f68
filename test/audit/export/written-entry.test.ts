import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLine } from '../../../src/audit/export/check/read-line.ts';
import {
  FIELDS_BYTES_MAX,
  readWritten,
  sourceOf,
  type WrittenEntry,
} from '../../../src/audit/export/check/written-entry.ts';
import { type Line, lineText } from '../../../src/audit/export/format.ts';
import { createPartBytes } from '../../../src/audit/export/part-bytes.ts';
import type { Entry } from '../../../src/domain/entries.ts';
import { digestOf, hexOf } from '../../../src/log/digest.ts';
import { hashEntry, hashLaidOut } from '../../../src/log/hash-chain.ts';
import { laidOut, laidOutAt, layOut } from '../../../src/log/laid-out.ts';

const HASH = 'ab'.repeat(32);
const STREAM = 'a stream';

/** Texts with all that JSON writes otherwise than it stands there. */
const ascii = fc.string({ unit: fc.constantFrom(...'ab{}:,0"\\\n\r\t\b\f\u007f'), maxLength: 30 });
const any = fc.string({ unit: fc.constantFrom(...'aü😀"\\\n\u0000\u001f\u2028\ufeff\ufffd'), maxLength: 30 });

/** Data that stands in its line as it is. */
const inBraces = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  text.map((inner) => `{${inner.replaceAll('\n', '')}}`);

const entryOf = (text: fc.Arbitrary<string>, data = text): fc.Arbitrary<Entry> =>
  fc.record({
    stream: fc.constant(STREAM),
    version: fc.integer({ min: 1, max: 1_000_000 }),
    kind: fc.constantFrom('command' as const, 'callback' as const, 'outcome' as const),
    type: text,
    id: text,
    at: text,
    actor: text,
    cause: fc.option(text),
    data,
    hash: fc.constant(HASH),
  });
const objects = entryOf(ascii, fc.oneof(inBraces(ascii), inBraces(any)));
const entries = fc.oneof(objects, entryOf(any, inBraces(any)), entryOf(ascii), entryOf(any));

function lineOf({ version, kind, type, id, at, actor, cause, data, hash }: Entry): string {
  return lineText({ entry: { version, kind, type, id, at, actor, cause, data, hash } });
}

/** An entry with this data. */
function entryWith(data: string): Entry {
  return { ...fc.sample(entryOf(ascii), { seed: 1, numRuns: 1 })[0]!, data };
}

function hashAt(bytes: Buffer, { hashAt: at }: WrittenEntry): string {
  return bytes.toString('latin1', at, at + 64);
}

test('data that is an object stands in its line as it is, and other people’s tools read it as one', () => {
  const data = '{"answers": [1, "two"],\t"name":"Zoë 😀"}';
  const line = lineOf(entryWith(data));
  assert.ok(line.includes(`,"data":${data},"hash":"${HASH}"}}\n`));
  assert.equal(JSON.parse(line).entry.data, { answers: [1, 'two'], name: 'Zoë 😀' });
});

for (const data of ['', '{', '}', 'x', '"text"', '[1]', 'null', '{"a":\n1}', ' {}', '{} ', '{}\n']) {
  test(`data that is ${JSON.stringify(data)} stands in its line as a text`, () => {
    const line = lineOf(entryWith(data));
    assert.equal([JSON.parse(line).entry.text, 'data' in JSON.parse(line).entry], [data, false]);
    assert.is(line.indexOf('\n'), line.length - 1);
  });
}

test('an entry’s line is written from its bytes as from its texts, to the byte, and read again as what it was', () => {
  const lines = createPartBytes(16);
  fc.assert(
    fc.property(fc.array(entries, { maxLength: 5 }), (some) => {
      lines.clear();
      for (const entry of some) {
        lines.putLaidOut({ fieldsEnd: layOut(entry.version, entry), digest: digestOf(entry.hash) });
      }
      assert.is(lines.view().toString(), some.map(lineOf).join(''));
      for (const entry of some) assert.equal(readLine(lineOf(entry).slice(0, -1)), { entry: withoutStream(entry) });
    }),
  );
});

function withoutStream({ stream: _, ...entry }: Entry): object {
  return entry;
}

test('what we write is read from its bytes, and hashes as the entry does', () =>
  fc.assert(
    fc.property(objects, fc.nat(5), (entry, before) => {
      const bytes = Buffer.from('x'.repeat(before) + lineOf(entry));
      const read = readWritten(sourceOf(bytes)!, before, entry.version);
      assert.equal([laidOutAt(), hashAt(bytes, read!), read?.end], [entry.at, HASH, bytes.length]);
      assert.is(hashOf(read!), hashEntry(HASH, STREAM, entry.version, entry));
      assert.is(readWritten(sourceOf(bytes)!, before, entry.version + 1), null);
    }),
  ));

function hashOf({ fieldsEnd }: WrittenEntry): string {
  return hexOf(hashLaidOut(digestOf(HASH), STREAM, fieldsEnd));
}

test('a long line that begins its data again and again is read once through, and is none', () => {
  const again = ',"data":{'.repeat(110_000);
  assert.is(readLine(`{"entry":{"version":1${again}}},"hash":"${HASH}"}}`), null);
  assert.is(readLine(`{"entry":{"version":1${again}`), null);
});

test('data that stands there as a text is left to whoever reads any line', () => {
  const entry = entryWith('["no object"]');
  assert.is(readWritten(sourceOf(Buffer.from(lineOf(entry)))!, 0, entry.version), null);
});

test('bytes that are no text are left to that too, wherever in the file they stand', () => {
  const entry = entryWith('{"a":"b"}');
  const lines = Buffer.concat([Buffer.from(lineOf(entry)), Buffer.from('\xff\n', 'latin1')]);
  assert.is(sourceOf(lines), null);
});

/** What a line says to whoever reads it as any other. */
function entryIn(bytes: Buffer): Extract<Line, { entry: unknown }>['entry'] | null {
  const end = bytes.indexOf('\n');
  const text = bytes.subarray(0, end).toString('utf8');
  const line = end < 0 || !Buffer.from(text).equals(bytes.subarray(0, end)) ? null : readLine(text);
  return line && 'entry' in line ? line.entry : null;
}

/** Bytes put in, taken out or changed at a place. */
const spoiling = fc.record({
  place: fc.nat(),
  taken: fc.nat(3),
  put: fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '"',
      '\\',
      '\\u0061',
      '\\/',
      '\n',
      ',"data":"x"',
      ',"data":{',
      ',"text":"',
      '}',
      '{',
      '\\"',
      ',"hash":"',
      '0',
      '\r',
    ),
    fc.uint8Array({ maxLength: 3 }),
  ),
});

test('a line that was changed anywhere says the same from its bytes as it does read as any other, or is left to that', () =>
  fc.assert(
    fc.property(entries, spoiling, (entry, { place, taken, put }) => {
      const line = Buffer.from(lineOf(entry));
      const at = place % line.length;
      const bytes = Buffer.concat([line.subarray(0, at), Buffer.from(put as string), line.subarray(at + taken)]);
      const source = sourceOf(bytes);
      const read = source && readWritten(source, 0, entry.version);
      // What is no hash is equal to none that is computed.
      if (!read || !/^[0-9a-f]{64}$/.test(hashAt(bytes, read))) return;
      const other = entryIn(bytes);
      assert.ok(other, `it cannot be read otherwise: ${bytes}`);
      assert.equal([laidOut().at, hashAt(bytes, read), entry.version], [other.at, other.hash, other.version]);
      assert.is(hashOf(read), hashEntry(HASH, STREAM, entry.version, other));
    }),
    { numRuns: 1_000 },
  ));

test('a text that is longer than any of ours is left to whoever reads any line', () => {
  const entry = entryWith(`{${'"'.repeat(300_000)}}`);
  assert.is(readWritten(sourceOf(Buffer.from(lineOf(entry)))!, 0, entry.version), null);
  const long = entryWith(`{${'"'.repeat(65_536)}}`);
  assert.ok(readWritten(sourceOf(Buffer.from(lineOf(long)))!, 0, entry.version));
});

test('texts that fill all the room there is, to the byte, are left to that too', () => {
  const [sample] = fc.sample(entryOf(ascii), { seed: 1, numRuns: 1 });
  const texts = { type: '', id: '', at: '', actor: '', cause: null, data: '{}' };
  for (const name of ['type', 'actor', 'data'] as const) {
    const most = FIELDS_BYTES_MAX;
    for (let length = most; length > most - 64; length -= 1) {
      const entry: Entry = { ...sample!, ...texts, [name]: `{${'x'.repeat(length - 2)}}` };
      const read = readWritten(sourceOf(Buffer.from(lineOf(entry)))!, 0, entry.version);
      if (!read) continue;
      assert.is(hashOf(read), hashEntry(HASH, STREAM, entry.version, entry));
    }
  }
});

test.run();
