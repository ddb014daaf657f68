import { writeFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Questionnaire } from '../../src/domain/questionnaire/questionnaire.ts';
import { loadQuestionnaire, parseQuestionnaire, QuestionnaireError } from '../../src/questionnaires/load.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';

const GOOD = await loadQuestionnaire();
let dir: TempDir;

test.before(async () => {
  dir = await tempDir('script');
});
test.after(() => dir.remove());

/** The script with something changed in its JSON, whatever its type says. */
function changed(
  change: (script: Record<string, unknown>, steps: Record<string, Record<string, unknown>>) => void,
): unknown {
  const script = JSON.parse(JSON.stringify(GOOD)) as Record<string, unknown>;
  change(script, script['steps'] as Record<string, Record<string, unknown>>);
  return script;
}

function problemsOf(value: unknown): readonly string[] {
  try {
    parseQuestionnaire(value, 'script.json');
  } catch (error) {
    assert.instance(error, QuestionnaireError);
    const refusal = error as QuestionnaireError;
    assert.is(refusal.code, 'BAD_QUESTIONNAIRE');
    assert.match(refusal.message, 'script.json cannot be used');
    for (const problem of refusal.problems) assert.ok(refusal.message.includes(problem));
    return refusal.problems;
  }
  return [];
}

async function fileProblem(path: string): Promise<string> {
  return loadQuestionnaire(path).then(
    () => 'none',
    (error: unknown) => (error instanceof QuestionnaireError ? error.message : 'another error'),
  );
}

test('the script that comes with the program may be used, and asks three questions', () => {
  assert.equal(problemsOf(GOOD), []);
  const questions = Object.values(GOOD.steps).filter((step) => step.kind === 'ask' && step.question);
  assert.is(questions.length, 3);
});

test('a file is read as the script that it holds', async () => {
  const path = dir.file('good.json');
  const script: Questionnaire = { ...GOOD, id: 'another', version: 7 };
  await writeFile(path, JSON.stringify(script));
  assert.equal(await loadQuestionnaire(path), script);
});

test('a file that is not there is named', async () => {
  const path = dir.file('missing.json');
  const problem = await fileProblem(path);
  assert.match(problem, path);
  assert.match(problem, 'ENOENT');
});

test('a directory in place of a file is named', async () => {
  assert.match(await fileProblem(dir.path), 'EISDIR');
});

test('a file that is not JSON is named', async () => {
  const path = dir.file('broken.json');
  await writeFile(path, '{ "id": ');
  assert.match(await fileProblem(path), path);
  assert.match(await fileProblem(path), /JSON/);
});

const SHAPES: readonly (readonly [string, Parameters<typeof changed>[0], RegExp])[] = [
  ['a missing version', (script) => delete script['version'], /version/],
  ['a version of 0', (script) => Object.assign(script, { version: 0 }), /^\/version: /],
  ['an id with a space', (script) => Object.assign(script, { id: 'a b' }), /^\/id: /],
  ['no voice', (script) => Object.assign(script, { voice: {} }), /^\/voice/],
  ['endless silence', (script) => Object.assign(script, { silenceSeconds: 301 }), /^\/silenceSeconds: /],
  ['silence in words', (script) => Object.assign(script, { silenceSeconds: 'ten' }), /^\/silenceSeconds: /],
  ['a field too many', (script) => Object.assign(script, { colour: 'red' }), /additional|unevaluated|colour/i],
  ['a step of no kind', (_script, steps) => Object.assign(steps['person']!, { kind: 'sing' }), /^\/steps\/person/],
  [
    'a field too many in a step',
    (_script, steps) => Object.assign(steps['person']!, { loud: true }),
    /^\/steps\/person/,
  ],
  [
    'a text that is a number',
    (_script, steps) => Object.assign(steps['thank-you']!, { text: 1 }),
    /^\/steps\/thank-you/,
  ],
];

for (const [what, change, expected] of SHAPES) {
  test(`${what} is refused and named`, () => {
    const problems = problemsOf(changed(change));
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      problems.join('\n'),
    );
  });
}

test('several mistakes are all named at once', () => {
  const problems = problemsOf(changed((script) => Object.assign(script, { version: 0, silenceSeconds: 0, id: '' })));
  for (const place of ['/version', '/silenceSeconds', '/id'])
    assert.ok(
      problems.some((p) => p.startsWith(place)),
      place,
    );
});

test('a script of the right shape that may not be spoken is refused with the step and the reason', () => {
  const problems = problemsOf(
    changed((_script, steps) => {
      Object.assign(steps['person']!, { text: 'This is about your medication. Press 1.' });
      Object.assign(steps['another-time']!, { audience: 'person' });
    }),
  );
  assert.ok(problems.some((problem) => problem.startsWith('SENSITIVE_WORD step "person"')));
  assert.ok(problems.some((problem) => problem.startsWith('NOT_NEUTRAL step "another-time"')));
});

for (const value of [null, [], 'text', 7, {}]) {
  test(`${JSON.stringify(value)} is no script`, () => assert.ok(problemsOf(value).length > 0));
}

test.run();
