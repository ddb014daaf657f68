import { chmod, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { wideFiles } from '../../src/files/wide.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';

const test = suite<{ dir: TempDir }>('files that others may use');
test.before.each(async (context) => {
  context.dir = await tempDir('wide');
  await mkdir(context.dir.file('data/deep'), { recursive: true, mode: 0o700 });
  await writeFile(context.dir.file('data/deep/key'), 'secret', { mode: 0o600 });
});
test.after.each(({ dir }) => dir.remove());

test('none are found where all is the owner’s alone', ({ dir }) => {
  assert.is(wideFiles([dir.file('data'), dir.file('nowhere')]), null);
});

const MODES: readonly number[] = [0o644, 0o640, 0o620, 0o601];

for (const mode of MODES) {
  test(`a file of mode ${mode.toString(8)} is named with what to do, and left as it is`, async ({ dir }) => {
    const key = dir.file('data/deep/key');
    await chmod(key, mode);
    const words = `others than their owner may use ${key}: chmod -R go= ${dir.file('data')}`;
    assert.is(wideFiles([dir.file('data')]), words);
    assert.is((await stat(key)).mode & 0o777, mode);
  });
}

test('folders are named as well, the first five of all, each once', async ({ dir }) => {
  await chmod(dir.file('data/deep'), 0o755);
  for (let n = 1; n <= 6; n += 1) await writeFile(dir.file(`data/deep/f${n}`), '');
  for (let n = 1; n <= 6; n += 1) await chmod(dir.file(`data/deep/f${n}`), 0o644);
  const words = wideFiles([dir.file('data'), dir.file('data/deep')]) ?? '';
  assert.match(words, ` ${dir.file('data/deep')} `);
  assert.match(words, / and 2 more: chmod -R go= \S+\/data$/);
});

test('links are not followed, but for a place itself', async ({ dir }) => {
  await writeFile(dir.file('outside'), '');
  await chmod(dir.file('outside'), 0o644);
  await symlink(dir.file('outside'), dir.file('data/link'));
  assert.is(wideFiles([dir.file('data')]), null);
  await symlink(dir.file('data'), dir.file('place'));
  await chmod(dir.file('data/deep'), 0o711);
  assert.match(wideFiles([dir.file('place')]) ?? '', dir.file('place/deep'));
});

test('a path is written as a shell takes it', async ({ dir }) => {
  await mkdir(dir.file("it's data"), { mode: 0o755 });
  await chmod(dir.file("it's data"), 0o755);
  assert.match(wideFiles([dir.file("it's data")]) ?? '', `chmod -R go= '${dir.path}/it'\\''s data'`);
  await rm(dir.file("it's data"), { recursive: true });
});

test.run();
