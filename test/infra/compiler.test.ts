import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { namesOf, read, root } from './files.ts';

/** The repository as far as `.ci/bicep` looks at it, and a PATH with what it needs, a compiler apart. */
let place: string;

test.before.each(() => {
  place = mkdtempSync(join(tmpdir(), 'callistra-bicep-'));
  for (const path of ['.ci/bicep', '.ci/refused.mjs', 'infra/bicep/minimal.bicepparam'])
    cpSync(join(root, path), join(place, path), { recursive: true });
  write('infra/bicep/minimal.snapshot.json', '{}');
  write('infra/bicep/refused/budget.bicepparam', '// Refused: a budget needs its first day\n');
  mkdirSync(join(place, 'bin'));
});
test.after.each(() => rmSync(place, { recursive: true }));

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(place, path)), { recursive: true });
  writeFileSync(join(place, path), text, { mode });
}

const VERSION = namesOf(read('.ci/bicep'), /^VERSION=(.+)$/gm)[0];

type Told = {
  readonly version?: string;
  readonly sarif?: object;
  readonly validate?: number;
  readonly refusal?: string;
};

const CLEAN = { runs: [{ results: [] }] };

/** A compiler that says what it is told to. It stands in the place of Microsoft's, whose own words `.ci/bicep` sees in CI. */
function putCompiler(path: string, { version = VERSION!, sarif = CLEAN, validate = 0, refusal = '' }: Told): void {
  const answer =
    refusal === '' ? { result: { snapshot: '{}' } } : { error: { message: 'no', data: { message: refusal } } };
  const json = JSON.stringify({ jsonrpc: '2.0', id: 1, ...answer });
  const lines = [
    '#!/bin/bash',
    'case "$*" in',
    `  --version) echo 'Bicep CLI version ${version} (0)' ;;`,
    '  format*bicepparam) [ ! -f misshapen ] || rm misshapen ;;',
    `  lint*) echo '${JSON.stringify(sarif)}' ;;`,
    `  *validate*) echo 'capacity: 1 => 2'; exit ${validate} ;;`,
    `  jsonrpc*) printf 'Content-Length: ${json.length}\r\n\r\n${json}'; cat > /dev/null ;;`,
    'esac',
  ];
  write(path, lines.join('\n'), 0o755);
}

const REFUSAL = 'The template is not valid: a budget needs its first day.';

/** @param required whether a compiler must be there */
function check(required = false): { readonly code: number | null; readonly said: string } {
  const env = {
    // Neither dotnet nor a bicep of this machine.
    PATH: [join(place, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
    HOME: place,
    ...(required && { BICEP_REQUIRED: '1' }),
  };
  // Hidden by a folder that stands before it.
  write('bin/dotnet', '#!/bin/bash\nexit 1\n', 0o755);
  const { status, stderr } = spawnSync(join(place, '.ci/bicep'), { env, encoding: 'utf8' });
  return { code: status, said: stderr };
}

test('without a compiler it says so and passes, and fails where one is required', () => {
  assert.is(check().code, 0);
  assert.match(check().said, /no CLI of version .* was not checked/);
  assert.is(check(true).code, 1);
});

test('another version is none: it would format and evaluate otherwise', () => {
  putCompiler('bin/bicep', { version: '0.1.0', refusal: REFUSAL });
  assert.is(check(true).code, 1);
});

for (const [whose, path] of Object.entries({ bicep: 'bin/bicep', 'az bicep': '.azure/bin/bicep' })) {
  test(`the compiler is taken from ${whose}, and passes what is well`, () => {
    putCompiler(path, { refusal: REFUSAL });
    assert.equal(check(true), { code: 0, said: '' });
  });
}

test('a result of the linter fails, though the linter itself ends well', () => {
  const where = { artifactLocation: { uri: 'file:///x/bicep/main.bicep' }, region: { startLine: 7 } };
  const result = { ruleId: 'no-unused-params', message: { text: 'unused' }, locations: [{ physicalLocation: where }] };
  putCompiler('bin/bicep', { sarif: { runs: [{ results: [result] }] }, refusal: REFUSAL });
  const { code, said } = check();
  assert.is(code, 1);
  assert.match(said, /main\.bicep:7 no-unused-params: unused/);
});

test('a file that is formatted otherwise fails', () => {
  putCompiler('bin/bicep', { refusal: REFUSAL });
  write('infra/bicep/misshapen', '');
  const { code, said } = check();
  assert.is(code, 1);
  assert.match(said, /not formatted/);
});

test('an example that deploys something else than its snapshot says fails, and what is said of it is shown', () => {
  putCompiler('bin/bicep', { validate: 1, refusal: REFUSAL });
  const { code, said } = check();
  assert.is(code, 1);
  assert.match(said, /capacity: 1 => 2\n.*minimal\.bicepparam deploys something else/s);
});

test('an example without a snapshot fails', () => {
  putCompiler('bin/bicep', { refusal: REFUSAL });
  rmSync(join(place, 'infra/bicep/minimal.snapshot.json'));
  assert.match(check().said, /minimal\.bicepparam has no snapshot/);
  assert.is(check().code, 1);
});

test('what must be refused fails when it is let through, and when it is refused for another reason', () => {
  putCompiler('bin/bicep', {});
  assert.match(check().said, /budget\.bicepparam: it is not refused/);
  assert.is(check().code, 1);
  putCompiler('bin/bicep', { refusal: 'a value is missing' });
  assert.match(check().said, /refused, and not because of "a budget needs its first day": a value is missing/);
  assert.is(check().code, 1);
});

test('CI checks before the tests, whose counts are its last words, and where a compiler must be there', () => {
  assert.match(read('.ci/run'), /BICEP_REQUIRED=1; fi\n\.ci\/bicep\nnpm test\n$/);
  assert.match(read('.github/workflows/ci.yml'), /- run: \.ci\/bicep\n\s+env:\n\s+BICEP_REQUIRED: 1\n/);
});

test.run();
