import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { adviseOn } from '../../../src/domain/questionnaire/advice.ts';
import type { AskStep, Questionnaire } from '../../../src/domain/questionnaire/questionnaire.ts';
import { loadQuestionnaire } from '../../../src/questionnaires/load.ts';

const good = await loadQuestionnaire();

function found(change: Partial<AskStep>, whole: Partial<Questionnaire> = {}): string[] {
  const step = { ...(good.steps['question-1'] as AskStep), ...change };
  const questionnaire = { ...good, ...whole, steps: { ...good.steps, 'question-1': step } };
  return adviseOn(questionnaire).map(({ code, step: at, message }) => `${code} ${at}: ${message}`);
}

const yes = { value: 'yes', next: 'question-2' };
const no = { value: 'no', next: 'question-2' };

test('the default script gives no cause for advice', () => {
  assert.equal(adviseOn(good), []);
});

test('a key that the text does not say, and one that it says and nobody offers, are found', () => {
  assert.equal(found({ text: 'Press 1 for yes, or press 3 for no.' }), [
    'KEY_NOT_SAID question-1: offers 2, and the text does not say so',
    'KEY_NOT_OFFERED question-1: tells to press 3, which is not offered',
  ]);
});

test('keys are heard as digits or as words, and what is only counted is no key', () => {
  assert.equal(found({ text: 'Have you been well for 3 days? Press one for yes, or two for no.' }), []);
  assert.equal(found({ text: 'Press star for yes, or the pound key for no.', keys: { '*': yes, '#': no } }), []);
  assert.equal(found({ text: 'Press 12 for yes, or 2 for no.' }), [
    'KEY_NOT_SAID question-1: offers 1, and the text does not say so',
  ]);
});

test('two keys for one answer are found', () => {
  assert.equal(found({ text: 'Press 1 or 2.', keys: { '1': yes, '2': yes } }), [
    'SAME_ANSWER question-1: 1 and 2 are the same answer',
  ]);
});

test('too many keys, too long a prompt and too short a silence are found', () => {
  const keys = Object.fromEntries(['1', '2', '3', '4', '5', '6'].map((key) => [key, { ...yes, value: key }]));
  assert.match(found({ text: 'Press 1, 2, 3, 4, 5 or 6.', keys }).join(), /^MANY_KEYS question-1/);
  assert.match(
    found({ text: `${'Well. '.repeat(60)}Press 1 for yes, or 2 for no.` }).join(),
    /^LONG_PROMPT question-1/,
  );
  assert.match(found({}, { silenceSeconds: 3 }).join(), /^SHORT_SILENCE person: 3 s/);
});

test('of another language it is said that nobody has looked for words about care', () => {
  const spanish = { voice: { name: 'es-US-PalomaNeural' } };
  const unchecked = /^WORDS_UNCHECKED person/;
  const words = found({ text: 'Oprima uno o dos.' }, spanish);
  assert.match(words.join(), unchecked);
  assert.not.match(words.filter((line) => line.includes('question-1')).join(), 'KEY_NOT_SAID');
  assert.match(found({ text: 'Oprima 1.' }, spanish).join(), 'KEY_NOT_SAID question-1: offers 2');
});

test.run();
