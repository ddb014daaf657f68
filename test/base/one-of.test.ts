import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isOneOf } from '../../src/base/one-of.ts';

test('a word is of a list when it stands there to the letter', () => {
  const words = ['one', 'two'] as const;
  assert.equal(
    ['one', 'two', 'One', 'on', '', 'length', 'constructor'].map((text) => isOneOf(words, text)),
    [true, true, false, false, false, false, false],
  );
});

test.run();
