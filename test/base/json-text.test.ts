import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readJson } from '../../src/base/json-text.ts';

const flawOf = (text: string): string => {
  const read = readJson(Buffer.from(text));
  return 'flaw' in read ? read.flaw : 'none';
};

test('a byte order mark is no part of the text', () => {
  const text = '{"name":"Zoë"}';
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
  for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), utf16, Buffer.from(utf16).swap16()])
    assert.equal(readJson(bytes), { value: { name: 'Zoë' } });
});

test('what is no text in UTF-8, or nothing, is said to be that', () => {
  assert.equal(readJson(Buffer.from([0x22, 0xe9, 0x22])), { flaw: 'is no text in UTF-8' });
  for (const text of ['', ' \n', '\ufeff']) assert.match(flawOf(text), 'is empty');
});

const BROKEN: readonly (readonly [text: string, place: string, wanted: string])[] = [
  ['{\n  "a": 1,\n}', 'line 3, column 1', 'a name in double quotes'],
  ["['a']", 'line 1, column 2', 'a value'],
  ['[1 2]', 'line 1, column 4', 'a comma or ]'],
  ['{"a":1 "b":2}', 'line 1, column 8', 'a comma or }'],
  ['{"a" 1}', 'line 1, column 6', 'a colon'],
  ['{a:1}', 'line 1, column 2', 'a name in double quotes'],
  ['[1]]', 'line 1, column 4', 'the end'],
  ['[1,', 'line 1, column 4', 'a value'],
  ['{"a":"hush', 'line 1, column 6', 'a value'],
];

for (const [text, place, wanted] of BROKEN) {
  test(`${JSON.stringify(text)} is told its place and what should stand there`, () => {
    assert.match(flawOf(text), `is no JSON: ${place} should be ${wanted}`);
    assert.not.match(flawOf(text), 'hush');
  });
}

test('what the engine takes is taken, and what it refuses has a place', () => {
  const damaged = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', 'x', ':', '\\', '\u0001'));
  fc.assert(
    fc.property(damaged, ([text, place, change]) => {
      const at = place % text.length;
      const changed = text.slice(0, at) + change + text.slice(at + 1);
      let isJson = true;
      try {
        JSON.parse(changed);
      } catch {
        isJson = false;
      }
      const flaw = flawOf(changed);
      assert.is(flaw === 'none', isJson, changed);
      if (!isJson) assert.match(flaw, /is empty|line \d+, column \d+ should be /);
    }),
    { numRuns: 500 },
  );
});

test.run();
