import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { languageOf, secondsToSpeak } from '../../../src/domain/questionnaire/speaking.ts';

test('a voice speaks English at 152 words a minute', () => {
  // As long as English words are on average in the texts of the study: 987 characters in 228 words.
  const word = 'o'.repeat(987);
  const text = Array.from({ length: 152 / 4 }, () => word.slice(0, 987 / 228)).join(' ');
  assert.ok(Math.abs(secondsToSpeak(text, 'en-US') - 15) < 1.5);
});

test('white space takes no time, and letters that are written as two are one', () => {
  assert.is(secondsToSpeak(' \n\t ', 'en-US'), 0);
  assert.is(secondsToSpeak('😀', 'en-US'), secondsToSpeak('a', 'en-US'));
});

test('a sign of Chinese takes longer than a letter, and an unknown language has the mean', () => {
  assert.ok(secondsToSpeak('您好', 'zh-CN') > 3 * secondsToSpeak('ab', 'en-US'));
  assert.ok(secondsToSpeak('ab', 'cy-GB') > secondsToSpeak('ab', 'en-GB'));
});

test('what a voice speaks is read from its name or its locale', () => {
  assert.equal(
    [{ name: 'en-US-JennyNeural' }, { name: 'sr-Latn-RS-NicholasNeural' }, { locale: 'es-MX' }, { name: 'mine' }].map(
      languageOf,
    ),
    ['en-US', 'sr-Latn-RS', 'es-MX', 'und'],
  );
});

test.run();
