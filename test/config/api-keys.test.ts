import { writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hashOf, readApiKeys } from '../../src/config/api-keys.ts';
import { ConfigError } from '../../src/config/values.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';

const test = suite<{ dir: TempDir; file: string }>('the file of API keys');
test.before.each(async (context) => {
  context.dir = await tempDir('api-keys');
  context.file = context.dir.file('keys.json');
});
test.after.each(({ dir }) => dir.remove());

const SECRET = 'Hush-4711';
const ANNA = { name: 'anna', sha256: hashOf('a'), roles: ['Coordinator'] };
const OTTO = { name: 'otto', sha256: hashOf('o'), roles: ['Operator'] };

async function problemsOf(file: string, text: string): Promise<readonly string[]> {
  await writeFile(file, text);
  try {
    readApiKeys(file);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

test('keys are read, with a byte order mark or without', async ({ file }) => {
  for (const mark of ['', '\ufeff']) {
    assert.equal(await problemsOf(file, `${mark}${JSON.stringify([ANNA, OTTO])}`), []);
    assert.equal(readApiKeys(file), [ANNA, OTTO]);
  }
});

const REFUSED: readonly (readonly [value: unknown, place: string, words: RegExp])[] = [
  [{ anna: ANNA }, '', /must be a list of keys/],
  [[], '', /must be a list of keys.*one at least/],
  [[ANNA, SECRET], ', entry 2', /must be an object/],
  [[{ ...ANNA, key: SECRET }], ', entry 1', /may hold name, sha256 and roles only/],
  [[{ ...ANNA, name: `${SECRET} x` }], ', entry 1', /name must have 1 to 64/],
  [[{ ...ANNA, sha256: '' }], ', entry 1', /sha256 must be 64 hex digits/],
  [[{ ...ANNA, sha256: SECRET }], ', entry 1', /sha256 must be 64 hex digits/],
  [[{ ...ANNA, sha256: hashOf('') }], ', entry 1', /hash of nothing/],
  [[{ ...ANNA, sha256: hashOf('\n').toUpperCase() }], ', entry 1', /hash of nothing/],
  [[{ ...ANNA, roles: [SECRET] }], ', entry 1', /roles must be a list of Coordinator, Compliance, Operator/],
  [[{ ...ANNA, roles: [] }], ', entry 1', /roles must be a list/],
  [[ANNA, OTTO, { ...OTTO, name: 'anna', sha256: hashOf('x') }], ', entry 3', /another than that of entry 1/],
  [[ANNA, { ...OTTO, sha256: ANNA.sha256.toUpperCase() }], ', entry 2', /sha256 must be another than that of entry 1/],
];

for (const [value, place, words] of REFUSED) {
  test(`refused, with file and place and what would be right: ${words.source}`, async ({ file }) => {
    const problems = await problemsOf(file, JSON.stringify(value));
    assert.ok(
      problems.some((problem) => problem.startsWith(`API_KEYS_FILE: ${file}${place}`) && words.test(problem)),
      problems.join('\n'),
    );
    assert.not.match(problems.join('\n'), SECRET);
  });
}

test('a file that is no JSON, or is not there, is named', async ({ file }) => {
  assert.equal(await problemsOf(file, `[{"name": ${SECRET}}]`), [
    `API_KEYS_FILE: ${file} is no JSON: line 1, column 11 should be a value: a text in double quotes, a number, a list or an object`,
  ]);
  assert.throws(() => readApiKeys(`${file}.not`), /API_KEYS_FILE: .*\.not cannot be read \(ENOENT\)/);
});

test.run();
