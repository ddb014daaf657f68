import { stat, writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keysIn, keysMadeIn, replaceKeys, signersIn } from '../../src/config/key-file.ts';
import { ConfigError } from '../../src/config/values.ts';
import { freshSeed, type Signer, secretLine, signerOf } from '../../src/tlog/keys.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';

const test = suite<{ dir: TempDir; path: string }>('file of keys');
test.before.each(async (context) => {
  context.dir = await tempDir('keys');
  context.path = context.dir.file('checkpoint.key');
});
test.after.each(({ dir }) => dir.remove());

const fresh = (): Signer => signerOf('calls.example.org/callistra', freshSeed());
const linesOf = (keys: readonly Signer[] | null) => keys?.map(({ line }) => line);

test('where there is none it is made once, and nobody but this user may read it', async ({ path }) => {
  assert.is(keysIn(path), null);
  const made = keysMadeIn(path, fresh);
  assert.equal(linesOf(keysMadeIn(path, fresh)), linesOf(made));
  assert.equal(linesOf(keysIn(path)), linesOf(made));
  assert.is(((await stat(path)).mode & 0o777).toString(8), '600');
});

test('of two who make it at once the second takes the key of the first', ({ path }) => {
  let others: readonly Signer[] = [];
  const own = keysMadeIn(path, () => {
    others = keysMadeIn(path, fresh);
    return fresh();
  });
  assert.equal(linesOf(own), linesOf(others));
});

test('a further key stands behind the first', ({ path }) => {
  const [first] = keysMadeIn(path, fresh);
  const next = fresh();
  replaceKeys(path, [first!, next]);
  assert.equal(linesOf(keysIn(path)), [first!.line, next.line]);
});

for (const content of ['', 'half a li', fresh().line, `${secretLine(fresh())}\nrubbish\n`]) {
  test(`a file that holds "${content.slice(0, 12)}" is left as it is, and no key is made`, async ({ path }) => {
    await writeFile(path, content);
    for (const read of [() => keysIn(path), () => keysMadeIn(path, fresh)]) assert.throws(read, named(path));
  });
}

test('what is said of a wrong key does not hold it', () => {
  const line = secretLine(fresh());
  assert.throws(
    () => signersIn(`${line} ${line.slice(0, -4)}`, 'CHECKPOINT_KEY'),
    (error: Error) => !error.message.includes(line.slice(-20)),
  );
});

const named = (path: string) => (error: unknown) => error instanceof ConfigError && error.message.includes(path);

test.run();
