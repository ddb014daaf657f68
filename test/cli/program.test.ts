import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { callistra } from './terminal.ts';

const COMMANDS = [
  [],
  ['serve'],
  ['dev'],
  ['simulator'],
  ['demo'],
  ['members'],
  ['members', 'import'],
  ['members', 'list'],
  ['call'],
  ['quarantine'],
  ['quarantine', 'list'],
  ['quarantine', 'release'],
  ['quarantine', 'discard'],
  ['rebuild'],
  ['verify'],
  ['migrate'],
  ['backup'],
  ['restore'],
  ['doctor'],
];

for (const command of COMMANDS) {
  test(`callistra ${[...command, '--help'].join(' ')} says what it does and ends with 0`, async () => {
    const { code, out, err } = await callistra([...command, '--help']);
    assert.is(code, 0);
    assert.match(out, `Usage: ${['callistra', ...command].join(' ')}`);
    assert.is(err, '');
  });
}

test('the first help page lists every command and what the exit codes say', async () => {
  const { out } = await callistra(['--help']);
  for (const command of [
    'serve',
    'dev',
    'simulator',
    'demo',
    'members',
    'call',
    'quarantine',
    'rebuild',
    'verify',
    'migrate',
    'backup',
    'restore',
    'doctor',
  ]) {
    assert.match(out, new RegExp(`^ {2}${command}\\b`, 'm'));
  }
  assert.match(out, 'Exit codes: 0 fine, 1 found what should not be, 2 could not run.');
});

for (const option of ['--version', '-V']) {
  test(`callistra ${option} says the version of the package`, async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const { code, out, err } = await callistra([option]);
    assert.equal([code, out, err], [0, version, '']);
  });
}

test('a command is loaded when it is run, and nothing of it before', () => {
  const folder = new URL('../../src/cli/', import.meta.url);
  const files = ['program.ts', ...readdirSync(new URL('program/', folder)).map((name) => `program/${name}`)];
  const texts = files.map((file) => readFileSync(new URL(file, folder), 'utf8'));
  assert.ok(texts.some((text) => /await import\('[./]*\/commands\//.test(text)));
  for (const text of texts) assert.not.match(text, /\bfrom '[./]*\/(commands|demo)\//);
});

const MISTAKES: readonly (readonly [args: readonly string[], expected: RegExp])[] = [
  [['fly'], /unknown command 'fly'/],
  [['verify', '--loud'], /unknown option '--loud'/],
  [['audit', 'verify', '--nightly', '--url', 'http://127.0.0.1:9'], /'--nightly' cannot be used with option '--url/],
  [['verify', '--nightly', '--known', 'kept'], /'--nightly' cannot be used with option '--known/],
  [['members', 'import'], /missing required argument 'file'/],
  [['demo', '--time-scale', '0'], /must be a number from 1 to 1000/],
  [['simulator', '--port', '70000'], /must be a number from 0 to 65535/],
];

for (const [args, expected] of MISTAKES) {
  test(`callistra ${args.join(' ')} is told what is wrong and ends with 2`, async () => {
    const { code, out, err } = await callistra(args);
    assert.is(code, 2);
    assert.match(err, expected);
    assert.is(out, '');
  });
}

test('settings that cannot be used end with 2 and are all named, without a stack', async () => {
  const { code, err } = await callistra(['serve'], { PORT: 'x', LOG_LEVEL: 'x' });
  assert.is(code, 2);
  assert.match(err, 'PORT: ');
  assert.match(err, 'LOG_LEVEL: ');
  assert.not.match(err, /\n\s+at /);
});

test('a call without a server ends with 2 and says how to start one', async () => {
  const { code, err } = await callistra(['call', 'M-1', '--url', 'http://127.0.0.1:9']);
  assert.is(code, 2);
  assert.match(err, 'callistra serve');
});

test.run();
