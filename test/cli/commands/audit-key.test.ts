import { readFile, stat } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keysMadeIn } from '../../../src/config/key-file.ts';
import { freshSeed, readSigner, readVerifier, secretLine, signerOf } from '../../../src/tlog/keys.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { callistra } from '../terminal.ts';

const test = suite<{ dir: TempDir; env: Record<string, string> }>('audit key');
test.before.each(async (context) => {
  context.dir = await tempDir('audit-key');
  context.env = { DATA_DIR: context.dir.path };
});
test.after.each(({ dir }) => dir.remove());

const NAME = 'calls.example.org/callistra';
const key = (env: Record<string, string>, ...args: string[]) => callistra(['audit', 'key', ...args], env);
const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

test('before the first start of a server there is none, and none is made by asking', async ({ dir, env }) => {
  for (const asked of [await key(env), await key(env, 'rotate')]) {
    assert.equal([asked.code, asked.out], [2, '']);
    assert.match(asked.err, dir.file('checkpoint.key'));
  }
  assert.is(await stat(dir.file('checkpoint.key')).catch(() => null), null);
});

test('the line of the key in the file is printed, to people and to tools, and nothing that is secret', async ({
  dir,
  env,
}) => {
  const [signer] = keysMadeIn(dir.file('checkpoint.key'), () => signerOf(NAME, freshSeed()));
  const printed = await key(env);
  assert.equal([printed.code, printed.out, printed.err], [0, signer!.line, '']);
  assert.equal((await key(env, '--json')).json, [{ keys: [signer!.line] }]);
});

test('the setting stands before the file', async ({ dir, env }) => {
  keysMadeIn(dir.file('checkpoint.key'), () => signerOf(NAME, freshSeed()));
  const other = signerOf(NAME, freshSeed());
  assert.is((await key({ ...env, CHECKPOINT_KEY: secretLine(other) })).out, other.line);
});

test('the next key in a file bears the name of the one before, stands behind it, and is this user’s alone', async ({
  dir,
  env,
}) => {
  const file = dir.file('checkpoint.key');
  const [first] = keysMadeIn(file, () => signerOf(NAME, freshSeed()));
  const rotated = await key(env, 'rotate');
  assert.is(rotated.code, 0);
  const next = readVerifier(rotated.out);
  assert.is(next?.name, NAME);
  assert.equal((await key(env)).out.split('\n'), [first!.line, next!.line]);
  assert.is(await modeOf(file), '600');
  assert.not.match(rotated.err + rotated.out, 'PRIVATE');
});

test('of a key that is set the next is written to a new file, with what several instances have to do', async ({
  dir,
  env,
}) => {
  const first = signerOf(NAME, freshSeed());
  const set = { ...env, CHECKPOINT_KEY: secretLine(first) };
  assert.is((await key(set, 'rotate')).code, 2);
  const out = dir.file('next');
  const rotated = await key(set, 'rotate', '--out', out);
  assert.is(rotated.code, 0, rotated.err);
  for (const words of [/every instance/, /new one sign nothing/, /witness/]) assert.match(rotated.err, words);
  const lines = (await readFile(out, 'utf8')).trim().split('\n');
  assert.equal(
    lines.map((line) => readSigner(line)?.line),
    [first.line, rotated.out],
  );
  assert.is(await modeOf(out), '600');
  // What it holds can be set as it is.
  assert.equal((await key({ ...env, CHECKPOINT_KEY: lines.join('\n') })).out.split('\n'), [first.line, rotated.out]);
  assert.is((await key(set, 'rotate', '--out', out)).code, 2, 'a file that is there is not written over');
});

test('a first key for the setting is made into a new file', async ({ dir, env }) => {
  const out = dir.file('first');
  const made = await key(env, 'new', '--origin', NAME, '--out', out);
  assert.is(made.code, 0);
  assert.is(readSigner(await readFile(out, 'utf8'))?.line, made.out);
  assert.is(await modeOf(out), '600');
  assert.is((await key(env, 'new', '--origin', NAME, '--out', out)).code, 2);
  assert.is((await key(env, 'new', '--origin', 'with space', '--out', dir.file('other'))).code, 2);
});

test.run();
