import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/values.ts';
import { COSIGNATURE, secretLine, signerOf } from '../../src/tlog/keys.ts';

const KEY = signerOf('calls.example.org/callistra', Buffer.alloc(32, 1));
const NEXT = signerOf(KEY.name, Buffer.alloc(32, 2));
const WITNESS = signerOf('witness.example/w', Buffer.alloc(32, 3), COSIGNATURE);

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    assert.instance(error, ConfigError);
    return (error as ConfigError).problems;
  }
  return [];
}

test('everything about checkpoints can be set', () => {
  const { checkpoints } = readConfig({
    CHECKPOINT_EVERY: '10',
    CHECKPOINT_CONTAINER_URL: 'https://plan.blob.core.windows.net/tree',
    CHECKPOINT_KEY: `${secretLine(KEY)}, ${secretLine(NEXT)}`,
    CHECKPOINT_ORIGIN: 'calls.example.org/callistra',
    CHECKPOINT_WITNESSES: `https://witness.example/a ${WITNESS.line}, http://127.0.0.1:8091 ${WITNESS.line}`,
  });
  assert.equal(checkpoints, {
    everyMs: 10_000,
    dir: null,
    containerUrl: 'https://plan.blob.core.windows.net/tree',
    key: `${secretLine(KEY)}, ${secretLine(NEXT)}`,
    origin: 'calls.example.org/callistra',
    witnesses: [
      { url: 'https://witness.example/a', verifierKey: WITNESS.line },
      { url: 'http://127.0.0.1:8091/', verifierKey: WITNESS.line },
    ],
  });
});

const BAD: readonly (readonly [name: string, value: string, expected: RegExp])[] = [
  ['CHECKPOINT_EVERY', '9', /10 to 3600/],
  ['CHECKPOINT_EVERY', '3601', /10 to 3600/],
  ['CHECKPOINT_CONTAINER_URL', 'http://plan.blob.core.windows.net/tree', /https/],
  ['CHECKPOINT_CONTAINER_URL', 'https://plan.blob.core.windows.net', /name of a container/],
  ['CHECKPOINT_KEY', 'secret', /PRIVATE\+KEY/],
  ['CHECKPOINT_KEY', KEY.line, /PRIVATE\+KEY/],
  ['CHECKPOINT_KEY', `${secretLine(KEY)} ${secretLine(signerOf('another', Buffer.alloc(32, 4)))}`, /one name/],
  ['CHECKPOINT_ORIGIN', 'https://calls.example.org', /without its scheme/],
  ['CHECKPOINT_ORIGIN', 'with space', /without its scheme/],
  ['CHECKPOINT_WITNESSES', 'https://witness.example', /verifier key/],
  ['CHECKPOINT_WITNESSES', `ftp://witness.example ${WITNESS.line}`, /verifier key/],
  ['CHECKPOINT_WITNESSES', `${WITNESS.line}`, /verifier key/],
  ['CHECKPOINT_WITNESSES', `https://witness.example ${WITNESS.line.replace('witness.', 'other.')}`, /verifier key/],
];

for (const [name, value, expected] of BAD) {
  test(`${name} ${value.slice(0, 30)} is refused in words`, () => {
    const [problem = '', ...more] = problemsOf({ [name]: value });
    assert.match(problem, new RegExp(`^${name}(?:, entry 1)?: `));
    assert.match(problem, expected);
    assert.equal(more, []);
    assert.not.match(problem, secretLine(KEY).split('+').at(-1)!);
  });
}

test('a folder and a container at once leave open which one is meant', () => {
  const [problem] = problemsOf({ CHECKPOINT_DIR: 'tree', CHECKPOINT_CONTAINER_URL: 'https://a.example/tree' });
  assert.is(problem, 'CHECKPOINT_DIR and CHECKPOINT_CONTAINER_URL: set one of them');
});

test.run();
