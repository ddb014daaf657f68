import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../src/config/config.ts';
import { isOneEditAway, SETTINGS } from '../../src/config/spelling.ts';
import { ConfigError } from '../../src/config/values.ts';

const SECRET = 'Hush-4711';

function problemsOf(name: string): readonly string[] {
  try {
    readConfig({ [name]: SECRET });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const LONG = SETTINGS.filter((name) => name.length >= 6);
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ_-'];

/** A name with one mistake in it. */
const misspelt = fc
  .tuple(fc.constantFrom(...LONG), fc.nat(), fc.constantFrom(...LETTERS), fc.constantFrom(0, 1, 2, 3))
  .map(([name, place, letter, kind]) => {
    const at = place % name.length;
    if (kind === 0) return { name, wrong: name.slice(0, at) + name.slice(at + 1) };
    if (kind === 1) return { name, wrong: name.slice(0, at) + letter + name.slice(at) };
    if (kind === 2) return { name, wrong: name.slice(0, at) + letter + name.slice(at + 1) };
    return { name, wrong: name.slice(0, at) + (name[at + 1] ?? '') + name[at] + name.slice(at + 2) };
  })
  .filter(({ wrong }) => !SETTINGS.includes(wrong));

test('whatever the papers name as a setting is known, and what is known stands in the papers', () => {
  const paper = readFileSync(new URL('../../src/config/README.md', import.meta.url), 'utf8');
  const named = paper
    .split('\n')
    .flatMap((line) => [...(/^\|([^|]*)\|/.exec(line)?.[1] ?? '').matchAll(/`([A-Z][A-Z_]+)`/g)]);
  assert.equal([...new Set(named.map(([, name]) => name))].sort(), [...SETTINGS].sort());
});

test('a name with one mistake is refused, with a right name beside it and nothing of what it holds', () => {
  fc.assert(
    fc.property(misspelt, ({ name, wrong }) => {
      const [problem = ''] = problemsOf(wrong);
      assert.ok(isOneEditAway(wrong, name));
      const meant = / such setting; (\w+) is meant$/.exec(problem)?.[1] ?? '';
      assert.ok(problem.startsWith(`${wrong}: `) && isOneEditAway(wrong, meant), problem);
      assert.not.match(problem, SECRET);
    }),
  );
});

test('what people have written is told the right name', () => {
  const MEANT = { ACS_CONECTION_STRING: 'ACS_CONNECTION_STRING', CONCURENT_CALLS: 'CONCURRENT_CALLS' };
  for (const [wrong, right] of Object.entries({ ...MEANT, SIMULATR: 'SIMULATOR', acs_endpoint: 'ACS_ENDPOINT' }))
    assert.match(problemsOf(wrong).join(), `${wrong}: no such setting; ${right} is meant`);
});

test('a name that begins like ours and is none is warned of, and so is one letter off a short one', () => {
  const { warnings } = readConfig({ ACS_REGION: 'x', CHECKPOINTS_EVERY: '', CALLISTRA_LEVEL: 'x', PRT: '1' });
  assert.equal(
    warnings.map((words) => words.split(':')[0]),
    ['ACS_REGION', 'CALLISTRA_LEVEL', 'PRT'],
  );
});

test('what belongs to others is left alone, and so is what is empty', () => {
  const others = { PATH: '/bin', HOSTNAME: 'a', LOG_DIR: '/tmp', port: '1', AZURE_TENANT_ID: 'x', ACS_ENDPONT: ' ' };
  assert.equal(readConfig(others).warnings, []);
});

test('where case does not count a setting is read under every name', () => {
  assert.equal(readConfig({ ACS_CALLER_ID: '+15550100000', Acs_Caller_Id: '+15550100000' }).warnings, []);
});

test.run();
