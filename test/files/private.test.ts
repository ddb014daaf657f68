import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  makeFile,
  makeFolder,
  makeFolders,
  makeTemporaryFolder,
  openAnew,
  openNew,
  openNewSync,
  writeNew,
} from '../../src/files/private.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';

type Context = { dir: TempDir; umask: number };

const test = suite<Context>('files of their owner alone');
test.before.each(async (context) => {
  context.dir = await tempDir('private');
  context.umask = process.umask(0);
});
test.after.each(async ({ dir, umask }) => {
  process.umask(umask);
  await dir.remove();
});

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

const FILES: Readonly<Record<string, (path: string) => unknown>> = { makeFile, openNew, openNewSync, openAnew };

for (const [name, make] of Object.entries({ ...FILES, writeNew: (path: string) => writeNew(path, 'text') })) {
  test(`${name} makes a file that nobody else may use, whatever the umask`, async ({ dir }) => {
    const made = await make(dir.file('file'));
    if (typeof made === 'object' && made !== null && 'close' in made)
      await (made as { close(): Promise<void> }).close();
    assert.is(await modeOf(dir.file('file')), '600');
  });
}

for (const [name, make] of Object.entries({ makeFolder, makeFolders })) {
  test(`${name} makes folders that nobody else may enter, and leaves those that are there as they are`, async ({
    dir,
  }) => {
    await mkdir(dir.file('there'));
    await make(dir.file('there/a/b'));
    await make(dir.file('there'));
    const modes = await Promise.all(['there', 'there/a', 'there/a/b'].map((path) => modeOf(dir.file(path))));
    assert.equal(modes, ['777', '700', '700']);
  });
}

test('a temporary folder is nobody else’s either', async ({ dir }) => {
  assert.is(await modeOf(await makeTemporaryFolder(dir.file('tmp-'))), '700');
});

test('a file that is written anew is closed to those who might read what was in it', async ({ dir }) => {
  await writeFile(dir.file('file'), 'before');
  assert.is(await modeOf(dir.file('file')), '666');
  openAnew(dir.file('file'));
  assert.equal([await modeOf(dir.file('file')), await readFile(dir.file('file'), 'utf8')], ['600', '']);
});

test('a file that is there already is left as it is', async ({ dir }) => {
  await writeFile(dir.file('file'), 'before');
  await chmod(dir.file('file'), 0o640);
  makeFile(dir.file('file'));
  assert.throws(() => writeNew(dir.file('file'), 'text'), /EEXIST/);
  assert.equal([await modeOf(dir.file('file')), await readFile(dir.file('file'), 'utf8')], ['640', 'before']);
});

test.run();
