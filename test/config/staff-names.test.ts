import { writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readStaffNames } from '../../src/config/staff-names.ts';
import { ConfigError } from '../../src/config/values.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';

const test = suite<{ dir: TempDir }>('the file of staff’s names');
test.before.each(async (context) => {
  context.dir = await tempDir('names');
});
test.after.each(({ dir }) => dir.remove());

async function read({ dir }: { dir: TempDir }, text: string) {
  await writeFile(dir.file('names.json'), text);
  return readStaffNames(dir.file('names.json'));
}

function problemsOf(error: unknown): readonly string[] {
  return error instanceof ConfigError ? error.problems : [String(error)];
}

test('gives the names by id', async (context) => {
  const names = await read(context, '{"7d3f-11":"Anna Example","otto":"Otto"}');
  assert.equal(
    [...names],
    [
      ['7d3f-11', 'Anna Example'],
      ['otto', 'Otto'],
    ],
  );
});

test('every entry that is no name is named, and so is a file that is none', async (context) => {
  const file = context.dir.file('names.json');
  const problems = (text: string) => read(context, text).then(() => [], problemsOf);
  assert.equal(await problems('{"a":"","b":7,"c":"C"}'), [
    `STAFF_NAMES_FILE: ${file}, entry 1: must have a name, in double quotes`,
    `STAFF_NAMES_FILE: ${file}, entry 2: must have a name, in double quotes`,
  ]);
  assert.match((await problems('["a"]'))[0] ?? '', /^STAFF_NAMES_FILE: .*must be an object of names by id/);
  assert.equal(await problems('\ufeff{"a":"Anna"}'), []);
  assert.match((await problems('{'))[0] ?? '', /^STAFF_NAMES_FILE: .*JSON/);
  assert.throws(() => readStaffNames(context.dir.file('nowhere.json')), 'ENOENT');
});

test.run();
