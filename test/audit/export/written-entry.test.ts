import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLine } from '../../../src/audit/export/check/read-line.ts';
import { readWritten } from '../../../src/audit/export/check/written-entry.ts';
import { type Line, lineText } from '../../../src/audit/export/format.ts';
import { createPartBytes } from '../../../src/audit/export/part-bytes.ts';
import type { Entry } from '../../../src/domain/entries.ts';
import { hashEntry, hashLaidOut } from '../../../src/log/hash-chain.ts';
import { FIELDS_AT, laidOut, layOut, roomFor } from '../../../src/log/laid-out.ts';

const HASH = 'ab'.repeat(32);
const STREAM = 'a stream';

/** Texts with all that JSON writes otherwise than it stands there. */
const ascii = fc.string({ unit: fc.constantFrom(...'ab{}:,0"\\\n\r\t\b\f\u007f'), maxLength: 30 });
const any = fc.string({ unit: fc.constantFrom(...'aü😀"\\\n\u0000\u001f\u2028\ufeff\ufffd'), maxLength: 30 });

const entryOf = (text: fc.Arbitrary<string>): fc.Arbitrary<Entry> =>
  fc.record({
    stream: fc.constant(STREAM),
    version: fc.integer({ min: 1, max: 1_000_000 }),
    kind: fc.constantFrom('command' as const, 'callback' as const, 'outcome' as const),
    type: text,
    id: text,
    at: text,
    actor: text,
    cause: fc.option(text),
    data: text,
    hash: fc.constant(HASH),
  });

function lineOf({ version, kind, type, id, at, actor, cause, data, hash }: Entry): string {
  return lineText({ entry: { version, kind, type, id, at, actor, cause, data, hash } });
}

test('an entry’s line is written as JSON.stringify writes it, to the byte', () => {
  const lines = createPartBytes(16);
  fc.assert(
    fc.property(fc.array(fc.oneof(entryOf(ascii), entryOf(any)), { maxLength: 5 }), (entries) => {
      lines.clear();
      for (const entry of entries) {
        lines.putLaidOut({ fieldsEnd: layOut(entry.version, entry), hash: entry.hash });
      }
      assert.is(lines.view().toString(), entries.map(lineOf).join(''));
    }),
  );
});

test('what we write is read from its bytes, and hashes as the entry does', () =>
  fc.assert(
    fc.property(entryOf(ascii), fc.nat(5), (entry, before) => {
      const bytes = Buffer.from('x'.repeat(before) + lineOf(entry));
      const read = readWritten(bytes, before, entry.version);
      assert.equal([laidOut().at, read?.hash, read?.end], [entry.at, HASH, bytes.length]);
      const fromBytes = hashLaidOut(HASH, STREAM, read!.fieldsEnd);
      assert.is(fromBytes, hashEntry(HASH, STREAM, entry.version, entry));
      assert.is(readWritten(bytes, before, entry.version + 1), null);
    }),
  ));

test('data that is not ASCII is read from its bytes too', () => {
  const data = '{"name":"Zoë 😀"}';
  const entry = { ...fc.sample(entryOf(ascii), { seed: 1, numRuns: 1 })[0]!, data };
  const read = readWritten(Buffer.from(lineOf(entry)), 0, entry.version);
  const fromBytes = hashLaidOut(HASH, STREAM, read!.fieldsEnd);
  assert.is(fromBytes, hashEntry(HASH, STREAM, entry.version, entry));
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
    fc.constantFrom('', ' ', '"', '\\', '\\u0061', '\\/', '\n', ',"data":"x"', '\\"', '","hash":"', '0', '\r'),
    fc.uint8Array({ maxLength: 3 }),
  ),
});

test('a line that was changed anywhere says the same from its bytes as it does read as any other, or is left to that', () =>
  fc.assert(
    fc.property(fc.oneof(entryOf(ascii), entryOf(any)), spoiling, (entry, { place, taken, put }) => {
      const line = Buffer.from(lineOf(entry));
      const at = place % line.length;
      const bytes = Buffer.concat([line.subarray(0, at), Buffer.from(put as string), line.subarray(at + taken)]);
      const read = readWritten(bytes, 0, entry.version);
      // What is no hash is equal to none that is computed.
      if (!read || !/^[0-9a-f]{64}$/.test(read.hash)) return;
      const other = entryIn(bytes);
      assert.ok(other, `it cannot be read otherwise: ${bytes}`);
      assert.equal([laidOut().at, read.hash, entry.version], [other.at, other.hash, other.version]);
      const fromBytes = hashLaidOut(HASH, STREAM, read.fieldsEnd);
      assert.is(fromBytes, hashEntry(HASH, STREAM, entry.version, other));
    }),
    { numRuns: 1_000 },
  ));

test('a text that is longer than any of ours is left to whoever reads any line', () => {
  const entry = { ...fc.sample(entryOf(ascii), { seed: 1, numRuns: 1 })[0]!, data: '"'.repeat(300_000) };
  assert.is(readWritten(Buffer.from(lineOf(entry)), 0, entry.version), null);
  const long = { ...entry, data: '"'.repeat(65_536) };
  assert.ok(readWritten(Buffer.from(lineOf(long)), 0, entry.version));
});

test('texts that fill all the room there is, to the byte, are left to that too', () => {
  const [sample] = fc.sample(entryOf(ascii), { seed: 1, numRuns: 1 });
  const texts = { type: '', id: '', at: '', actor: '', cause: null, data: '' };
  for (const name of ['type', 'actor', 'data'] as const) {
    const most = roomFor(0).bytes.length - FIELDS_AT;
    for (let length = most; length > most - 64; length -= 1) {
      const entry: Entry = { ...sample!, ...texts, [name]: 'x'.repeat(length) };
      const read = readWritten(Buffer.from(lineOf(entry)), 0, entry.version);
      if (!read) continue;
      const fromBytes = hashLaidOut(HASH, STREAM, read.fieldsEnd);
      assert.is(fromBytes, hashEntry(HASH, STREAM, entry.version, entry));
    }
  }
});

test.run();
