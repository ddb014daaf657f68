import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPlain, plainBefore, specialIn } from '../../../src/audit/export/words.ts';

const test = suite('words of a line');

const isSpecial = (byte: number): boolean => byte === 0x22 || byte === 0x5c || byte < 0x20;
/** Those near each border, more often than others. */
const byte = fc.oneof(
  fc.constantFrom(0, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x5b, 0x5c, 0x5d, 0x7f, 0x80, 0xa2, 0xdc, 0xff),
  fc.nat(255),
);
const bytes = fc.array(byte, { minLength: 4, maxLength: 4 });
const wordOf = (four: readonly number[]): number => Buffer.from(four).readInt32LE();

test('the first byte that JSON writes otherwise is found', () => {
  fc.assert(
    fc.property(bytes, (four) => {
      const special = specialIn(wordOf(four));
      const first = four.findIndex(isSpecial);
      assert.is(special === 0 ? -1 : plainBefore(special), first);
    }),
    { numRuns: 5_000 },
  );
});

test('a word is plain only where there is none, and always of ASCII without any', () => {
  fc.assert(
    fc.property(bytes, (four) => {
      const plain = isPlain(wordOf(four));
      if (four.some(isSpecial)) assert.is(plain, false);
      else if (four.every((one) => one < 0x80)) assert.is(plain, true);
    }),
    { numRuns: 5_000 },
  );
});

test.run();
