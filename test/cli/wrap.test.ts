import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COLUMNS, hang, printable, widthOf } from '../../src/cli/wrap.ts';

test('lines after the first are indented as far as the label is long', () => {
  assert.equal(hang('ab: ', 'one two three', 12), ['ab: one two', '    three']);
});

test('a word that is longer than a line is cut, and nothing of it is lost', () => {
  const lines = hang('> ', 'x'.repeat(25), 12);
  assert.equal(lines, ['> xxxxxxxxxx', '  xxxxxxxxxx', '  xxxxx']);
});

test('no line is longer than asked for, whatever the text, and every letter of it is there', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 400 });
  fc.assert(
    fc.property(texts, fc.nat(39), (text, indent) => {
      const lines = hang(' '.repeat(indent), text);
      for (const line of lines) assert.ok(widthOf(line) <= COLUMNS, JSON.stringify(line));
      const letters = (from: string) => from.replaceAll(/\s/g, '');
      assert.is(letters(lines.join('')), letters(printable(text)));
    }),
  );
});

test('signs that take two columns are counted so', () => {
  assert.is(widthOf('你好'), 4);
  assert.is(widthOf('é'), 1);
  assert.equal(hang('', '你好你好', 5), ['你好', '你好']);
});

test('nothing of a text can give orders to a terminal or turn its lines round', () => {
  assert.is(printable('a\u001b[31mb\rc\nd\u202ee\u009bf\u2028g'), 'a [31mb c d e f g');
});

test.run();
