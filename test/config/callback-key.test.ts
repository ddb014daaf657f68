import { readFile, stat, writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callbackKeysIn, callbackKeysMadeIn, HONOURED_MS, rotateCallbackKey } from '../../src/config/callback-key.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';

const test = suite<{ dir: TempDir; file: string }>('the file of the callback key');
test.before.each(async (context) => {
  context.dir = await tempDir('callback-key');
  context.file = context.dir.file('callback.key');
});
test.after.each(({ dir }) => dir.remove());

const NOW = Date.UTC(2026, 2, 1);
const hexes = (file: string) => callbackKeysIn(file).map(({ key }) => key.toString('hex'));

test('a first key is made once, for the owner alone', async ({ file }) => {
  const [first, ...more] = callbackKeysMadeIn(file);
  assert.equal([first?.key.length, first?.replacedAtMs, more], [32, null, []]);
  assert.equal(callbackKeysMadeIn(file), [first]);
  assert.is((await stat(file)).mode & 0o777, 0o600);
});

test('a new key stands first, as a release that knows one key only reads it, and those before it as long as they are honoured', async ({
  file,
}) => {
  callbackKeysMadeIn(file);
  const [first] = hexes(file);
  rotateCallbackKey(file, NOW);
  const [second] = hexes(file);
  rotateCallbackKey(file, NOW + 1_000);
  assert.equal(hexes(file).slice(1), [second, first]);
  assert.equal(
    callbackKeysIn(file).map(({ replacedAtMs }) => replacedAtMs),
    [null, NOW + 1_000, NOW],
  );
  const text = (await readFile(file, 'utf8')).trim();
  assert.is(Buffer.from(text, 'hex').toString('hex'), hexes(file)[0]);
  rotateCallbackKey(file, NOW + HONOURED_MS);
  assert.is(hexes(file).length, 3);
  assert.not(hexes(file).includes(first!));
  assert.is((await stat(file)).mode & 0o777, 0o600);
});

test('without a key there is none to exchange, and of two who exchange it one waits', async ({ file }) => {
  assert.throws(() => rotateCallbackKey(file, NOW), /there is no key yet/);
  callbackKeysMadeIn(file);
  await writeFile(`${file}.next`, '');
  assert.throws(() => rotateCallbackKey(file, NOW), /another change is under way.*remove .*\.next/);
});

test('a file that holds something else is named, and nothing of it', async ({ file }) => {
  const sound = '0'.repeat(64);
  for (const text of ['', 'Hush', `${sound} 2026-03-01`, `${sound}\n${sound}`, `${sound}\n${sound} soon`]) {
    await writeFile(file, text);
    assert.throws(
      () => callbackKeysIn(file),
      (error: Error) => /must hold a key of 64 hex digits/.test(error.message) && !/Hush|000/.test(error.message),
    );
  }
});

test.run();
