import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TempDir, tempDir } from '../temp-dir.ts';
import { suitesIn } from './suites.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Suites of all kinds, as somebody might write them by mistake, between two that are as they should be. */
const PLANTED = {
  'a-good.test.ts': `test('good', () => {}); test.skip('not yet', () => {}); test.run();`,
  'b-silent.test.ts': '',
  'c-empty.test.ts': 'test.run();',
  'd-no-run.test.ts': `const own = suite('own'); own('never runs', () => {});`,
  'e-before.test.ts': `const own = suite('own'); own.before(() => { throw new Error('no'); });
    own('one', () => {}); own('two', () => {}); own.run();`,
  'f-after.test.ts': `const own = suite('own'); own.after(() => { throw new Error('the end'); });
    own('one', () => {}); own.run();`,
  'g-details.test.ts': `const own = suite('own'); own('unprintable', () => {
      throw Object.assign(new Error('no'), { details: { of: 'the SDK' } });
    }); own('two', () => {}); own.run();`,
  'h-fails.test.ts': `const own = suite('own'); own('wrong', () => { throw new Error('wrong'); }); own.run();`,
  'i-broken.test.ts': `throw new Error('nobody can load this');`,
  'j-skipped.test.ts': `const own = suite('own'); own.skip('needs a database', () => {}); own.run();`,
  'sub/k-good.test.ts': `test('good', () => {}); test.run();`,
  'sub/l-exits.test.ts': `const own = suite('own'); own('exits', () => process.exit(0)); own.run();`,
  'sub/m-never.test.ts': `const own = suite('own'); own('good', () => {}); own.run();`,
  'data.ts': `throw new Error('this is no suite');`,
  'good.json': '{}',
} as const;

let home: TempDir;
let folder: string;
test.before(async () => {
  home = await tempDir('suites');
  folder = home.file('suites');
  await symlink(join(ROOT, 'node_modules'), home.file('node_modules'));
  await mkdir(join(folder, 'sub'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, text] of Object.entries(PLANTED)) {
    await writeFile(join(folder, name), `import { suite, test } from 'uvu';\n${text}\nvoid suite, test;\n`);
  }
});
test.after(() => home.remove());

type Ran = { readonly code: number; readonly failures: readonly string[]; readonly lastLine: string };

/** What the runner says of these suites. */
function run(pattern: string): Promise<Ran> {
  const args = ['--import', 'tsx', join(ROOT, 'test', 'run.ts'), pattern, folder];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT }, (error, stdout) => {
      const lines = stdout.trimEnd().split('\n');
      const failures = lines.filter((line) => line.startsWith('FAILED: ')).map((line) => line.slice(8));
      resolve({ code: Number(error?.code ?? 0), failures, lastLine: lines.at(-1) ?? '' });
    });
  });
}

test('suites that end in silence are named and have failed, and all others run', async () => {
  const { code, failures, lastLine } = await run('');
  assert.equal(failures, [
    'b-silent.test.ts registers no suite: run() was not called',
    'c-empty.test.ts has no test',
    'd-no-run.test.ts registers no suite: run() was not called',
    'e-before.test.ts stopped without a word after 0 of 2 tests: a hook threw, or an error has no text that uvu can print',
    'f-after.test.ts a hook after the tests threw: Error: the end',
    'g-details.test.ts stopped without a word after 0 of 2 tests: a hook threw, or an error has no text that uvu can print',
    'i-broken.test.ts could not be loaded: Error: nobody can load this',
    'sub/l-exits.test.ts ended in its midst, and its process with it (0)',
    'sub/m-never.test.ts did not run: its process ended before (0)',
  ]);
  assert.is(lastLine, '2 passed, 12 failed, 2 skipped');
  assert.is(code, 1);
});

test('suites that are as they should be pass, and what is skipped is counted', async () => {
  assert.equal(await run('(a-good|j-skipped|k-good)'), {
    code: 0,
    failures: [],
    lastLine: '2 passed, 0 failed, 2 skipped',
  });
});

test('a run in which nothing ran has failed', async () => {
  const { code, lastLine } = await run('no such suite');
  assert.equal([code, lastLine], [1, '0 passed, 0 failed, 0 skipped']);
});

test('a pattern never matches anything but a suite', () => {
  assert.equal(suitesIn(folder, 'good'), ['a-good.test.ts', 'sub/k-good.test.ts']);
  assert.equal(suitesIn(folder, 'data|json'), []);
});

/** What uvu cannot tell: one of several suites of a file that is not run, or a test after the run. */
test('every suite of this project is run by its file, after its last test', async () => {
  const tests = join(ROOT, 'test');
  for (const name of suitesIn(tests, '')) {
    if (name === 'support/runner/runner.test.ts') continue;
    const text = await readFile(join(tests, name), 'utf8');
    const runs = text.split(/\.run\(\);/);
    const made = text.match(/\bsuite(<[^(]*>)?\(/g) ?? [];
    const named = /import \{[^}]*\btest\b[^}]*\} from 'uvu'/.test(text) ? 1 : 0;
    assert.ok(runs.length - 1 >= made.length + named, `${name} does not run every suite`);
    assert.not.match(runs.at(-1) ?? '', /^ *tests?\(/m, `${name} has tests after the run`);
  }
});

test.run();
