import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
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
  'h-fails.test.ts': `const own = suite('own'); own('wrong', () => { throw new Error('it is wrong'); });
    own('right', () => {}); own('other', () => { assert.is(1, 2); }); own.run();`,
  'i-broken.test.ts': `throw new Error('nobody can load this');`,
  'j-skipped.test.ts': `const own = suite('own'); own.skip('needs a database', () => {}); own.run();`,
  'sub/k-good.test.ts': `test('good', () => {}); test.run();`,
  'sub/l-exits.test.ts': `const own = suite('own'); own('exits', () => process.exit(0)); own.run();`,
  'sub/m-waits.test.ts': `const own = suite('own'); own('waits', () => new Promise(() => {})); own.run();`,
  'sub/n-loads.test.ts': `process.exit(7);`,
  'sub/o-good.test.ts': `const own = suite('own'); own('good', () => {}); own.run();`,
  'data.ts': `throw new Error('this is no suite');`,
  'good.json': '{}',
} as const;

const IMPORTS = `import { suite, test } from 'uvu';\nimport * as assert from 'uvu/assert';\n`;

let home: TempDir;
let folder: string;
test.before(async () => {
  home = await tempDir('suites');
  folder = home.file('suites');
  await symlink(join(ROOT, 'node_modules'), home.file('node_modules'));
  await mkdir(join(folder, 'sub'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, text] of Object.entries(PLANTED)) {
    await writeFile(join(folder, name), `${IMPORTS}${text}\nvoid suite, test, assert;\n`);
  }
});
test.after(() => home.remove());

type Ran = {
  readonly code: number;
  readonly failures: readonly string[];
  readonly lastLine: string;
  readonly lines: readonly string[];
};

/** What the runner says of these suites. */
function run(pattern: string): Promise<Ran> {
  return runProcess([join(ROOT, 'test', 'run.ts'), pattern, folder]);
}

/** A run in several lanes of these suites. */
function runWhole(pattern: string): Promise<Ran> {
  const program = `
    import { runAll } from ${JSON.stringify(join(ROOT, 'test/support/runner/lanes.ts'))};
    import { report } from ${JSON.stringify(join(ROOT, 'test/support/runner/report.ts'))};
    import { suitesIn } from ${JSON.stringify(join(ROOT, 'test/support/runner/suites.ts'))};
    const folder = ${JSON.stringify(folder)};
    report(await runAll(folder, suitesIn(folder, ${JSON.stringify(pattern)})), 2);`;
  return runProcess(['--input-type=module', '--eval', program]);
}

function runProcess(args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', ...args], { cwd: ROOT }, (error, stdout) => {
      const lines = stripVTControlCharacters(stdout).trimEnd().split('\n');
      const failures = lines.filter((line) => line.startsWith('FAILED: ')).map((line) => line.slice(8));
      resolve({ code: Number(error?.code ?? 0), failures, lastLine: lines.at(-1) ?? '', lines });
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
    'h-fails.test.ts own  "wrong"',
    'h-fails.test.ts own  "other"',
    'i-broken.test.ts could not be loaded: Error: nobody can load this',
    'sub/l-exits.test.ts ended in its midst, and its process with it (0)',
    'sub/m-waits.test.ts ended in its midst, and its process with it (0)',
    'sub/n-loads.test.ts was being loaded when its process ended (7)',
  ]);
  assert.is(lastLine, '4 passed, 14 failed, 2 skipped');
  assert.is(code, 1);
});

test('suites that are as they should be pass, and what is skipped is counted', async () => {
  const { code, failures, lastLine } = await run('(a-good|j-skipped|k-good)');
  assert.equal([code, failures, lastLine], [0, [], '2 passed, 0 failed, 2 skipped']);
});

test('what failed is told in full where it failed, and in short just before the counts', async () => {
  const { lines } = await run('(a-good|h-fails)');
  const short = lines.slice(lines.findIndex((line) => line.startsWith('FAILED: ')));
  assert.equal(short, [
    'FAILED: h-fails.test.ts own  "wrong"',
    '    it is wrong',
    'FAILED: h-fails.test.ts own  "other"',
    '    Expected values to be strictly equal:  (is)',
    '        ++2    (Expected)',
    '        --1    (Actual)',
    '2 passed, 2 failed, 1 skipped',
  ]);
  const full = lines.slice(0, -short.length);
  for (const told of [/FAIL .* "wrong"/, /it is wrong/, /at .*h-fails\.test\.ts/, /FAIL .* "other"/]) {
    assert.ok(
      full.some((line) => told.test(line)),
      String(told),
    );
  }
});

test('in a whole run suites go side by side, what each prints stays together, and the slowest are named', async () => {
  const { failures, lastLine, lines } = await runWhole('(good|fails|waits|exits)');
  assert.equal([failures.length, lastLine], [4, '4 passed, 4 failed, 1 skipped']);
  const printed = lines.indexOf('h-fails.test.ts');
  assert.match(lines[printed + 1] ?? '', /^ own {2}✘ • ✘/);
  assert.is(lines.filter((line) => /^took +\d+\.\d s: .*\.test\.ts$/.test(line)).length, 2);
});

test('a run in which nothing ran has failed', async () => {
  const { code, lastLine } = await run('no such suite');
  assert.equal([code, lastLine], [1, '0 passed, 0 failed, 0 skipped']);
});

test('a pattern never matches anything but a suite', () => {
  assert.equal(suitesIn(folder, 'good'), ['a-good.test.ts', 'sub/k-good.test.ts', 'sub/o-good.test.ts']);
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
