import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lintQuestionnaire } from '../../../src/domain/questionnaire/lint.ts';
import type { AskStep, Questionnaire, Step } from '../../../src/domain/questionnaire/questionnaire.ts';
import { loadQuestionnaire } from '../../../src/questionnaires/load.ts';

const good = await loadQuestionnaire();

function asking(name: string): AskStep {
  const step = good.steps[name];
  if (step?.kind !== 'ask') throw new TypeError(`${name} asks nothing`);
  return step;
}

function withSteps(steps: Readonly<Record<string, Step>>, over: Partial<Questionnaire> = {}): Questionnaire {
  return { ...good, ...over, steps: { ...good.steps, ...steps } };
}

function codes(questionnaire: Questionnaire): string[] {
  return lintQuestionnaire(questionnaire).map((finding) => finding.code);
}

test('the default questionnaire has nothing to find', () => {
  assert.equal(lintQuestionnaire(good), []);
});

test('a question reached without a proof of a person is found, with the path that leads there', () => {
  const [finding] = lintQuestionnaire(withSteps({ person: { ...asking('person'), silence: 'question-3' } }));
  assert.is(finding?.code, 'NOT_NEUTRAL');
  assert.is(finding?.step, 'question-3');
  assert.match(finding?.message ?? '', 'person > question-3');
});

test('a key that leads to a question without proving a person is found', () => {
  const person = asking('person');
  const keys = { ...person.keys, '1': { value: 'yes', next: 'question-1' } };
  assert.ok(codes(withSteps({ person: { ...person, keys } })).includes('NOT_NEUTRAL'));
});

test('a numbered question for anyone is found', () => {
  assert.ok(codes(withSteps({ person: { ...asking('person'), question: 4 } })).includes('NOT_NEUTRAL'));
});

test('a word about care in a prompt for anyone is found', () => {
  const text = 'Hello from your health plan. Press 1 for yes, 2 for no.';
  assert.equal(codes(withSteps({ person: { ...asking('person'), text } })), ['SENSITIVE_WORD']);
});

test('a key that leads nowhere is found', () => {
  const keys = { '1': { value: 'yes', next: 'nowhere' } };
  assert.ok(codes(withSteps({ 'question-3': { ...asking('question-3'), keys } })).includes('UNKNOWN_STEP'));
});

test('a silence that leads nowhere is found', () => {
  assert.ok(
    codes(withSteps({ 'question-3': { ...asking('question-3'), silence: 'nowhere' } })).includes('UNKNOWN_STEP'),
  );
});

test('a path that can come round again is found', () => {
  const keys = { '1': { value: 'yes', next: 'question-2' } };
  assert.ok(codes(withSteps({ 'question-3': { ...asking('question-3'), keys } })).includes('ENDLESS'));
});

test('an apology that asks something is found', () => {
  assert.ok(codes({ ...good, apology: 'person' }).includes('ENDLESS'));
});

test('a key that no telephone has is found', () => {
  const keys: AskStep['keys'] = JSON.parse('{"A":{"value":"yes","next":"thank-you"}}');
  assert.ok(codes(withSteps({ 'question-3': { ...asking('question-3'), keys } })).includes('BAD_KEY'));
});

test('a question that offers no key is found', () => {
  assert.ok(codes(withSteps({ 'question-3': { ...asking('question-3'), keys: {} } })).includes('NO_KEYS'));
});

test('a script in which nothing proves a person is found', () => {
  const person = asking('person');
  assert.ok(codes(withSteps({ person: { ...person, keys: { '2': person.keys['2']! } } })).includes('NO_PROOF'));
});

test('a text that the service would refuse is found', () => {
  const tooLong = { kind: 'say', audience: 'anyone', text: 'a'.repeat(4_001) } as const;
  assert.ok(codes(withSteps({ apology: tooLong })).includes('TEXT_LENGTH'));
  assert.ok(codes(withSteps({ apology: { ...tooLong, text: ' ' } })).includes('TEXT_LENGTH'));
  assert.equal(codes(withSteps({ apology: { ...tooLong, text: 'a'.repeat(4_000) } })), []);
});

test('questions numbered with a gap or twice are found', () => {
  assert.ok(codes(withSteps({ 'question-3': { ...asking('question-3'), question: 4 } })).includes('QUESTION_NUMBERS'));
  assert.ok(codes(withSteps({ 'question-3': { ...asking('question-3'), question: 2 } })).includes('QUESTION_NUMBERS'));
});

test('a step that no path reaches is found', () => {
  assert.ok(
    codes(withSteps({ lonely: { kind: 'say', audience: 'anyone', text: 'Hello.' } })).includes('UNREACHABLE_STEP'),
  );
});

test('a step named like a member of Object is not taken for one', () => {
  assert.ok(codes(withSteps({ person: { ...asking('person'), silence: 'constructor' } })).includes('UNKNOWN_STEP'));
});

test.run();
