import { chmod, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folderUnavailable } from '../../../src/adapters/checkpoints/error.ts';
import { createCheckpointFolder } from '../../../src/adapters/checkpoints/folder.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { checkpointStoreContract, everything, failure } from './contract.ts';

checkpointStoreContract('folder', async () => {
  const dir = await tempDir('checkpoints');
  return { open: () => createCheckpointFolder(join(dir.path, 'tree')), remove: dir.remove };
});

const test = suite<{ dir: TempDir }>('folder of a tree');
test.before.each(async (context) => {
  context.dir = await tempDir('checkpoints');
});
test.after.each(({ dir }) => dir.remove());

const BYTES = Buffer.from('bytes');
const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

test('nobody but this user may read it', async ({ dir }) => {
  const folder = dir.file('a/tree');
  await createCheckpointFolder(folder).create('batch/1', BYTES);
  assert.equal(await Promise.all(['', 'batch', 'batch/1'].map((name) => modeOf(join(folder, name)))), [
    '700',
    '700',
    '600',
  ]);
});

test('nothing is left of what was written on the way, also by those who lost', async ({ dir }) => {
  const store = createCheckpointFolder(dir.path);
  await Promise.all([store.create('batch/1', BYTES), store.create('batch/1', BYTES), store.create('batch/1', BYTES)]);
  assert.equal(await readdir(dir.file('batch')), ['1']);
});

test('what a process left that died in the midst of it is no object', async ({ dir }) => {
  await mkdir(dir.file('batch'));
  await writeFile(dir.file('batch/.0b5e1d.part'), 'half');
  const store = createCheckpointFolder(dir.path);
  assert.equal(await store.list(''), []);
  assert.is(await store.create('batch/1', BYTES), true);
});

test('a folder that is not there is empty, and nothing is made by reading it', async ({ dir }) => {
  const store = createCheckpointFolder(dir.file('tree'));
  assert.equal([await store.read('batch/1'), await store.list('')], [null, []]);
  assert.equal(await readdir(dir.path), []);
});

test('a folder that was removed meanwhile is made again: whether that is right is for others to say', async ({
  dir,
}) => {
  const store = createCheckpointFolder(dir.file('tree'));
  await store.create('batch/1', BYTES);
  await rm(dir.file('tree'), { recursive: true });
  assert.is(await store.read('batch/1'), null);
  assert.is(await store.create('batch/1', BYTES), true);
  assert.equal(await store.list(''), ['batch/1']);
});

test('a file where the folder should be is said in words, whatever is asked', async ({ dir }) => {
  await writeFile(dir.file('tree'), 'a file');
  const store = createCheckpointFolder(dir.file('tree'));
  for (const ask of everything(store)) {
    const { code, message } = await failure(ask());
    assert.is(code, 'CHECKPOINT_STORE_UNAVAILABLE');
    assert.match(message, `the checkpoint folder ${dir.file('tree')} cannot be used`);
    assert.match(message, 'no folder');
  }
});

test('a folder that turns in a circle is said by its code', async ({ dir }) => {
  await symlink(dir.file('tree'), dir.file('tree'));
  const { message } = await failure(createCheckpointFolder(dir.file('tree')).create('batch/1', BYTES));
  assert.match(message, /E(LOOP|EXIST|NOENT)/);
});

// Root may write everywhere.
const asAUser = process.getuid?.() === 0 ? test.skip : test;

asAUser('a folder that may not be written is said in words, and can be read', async ({ dir }) => {
  const store = createCheckpointFolder(dir.path);
  await store.create('batch/1', BYTES);
  await chmod(dir.file('batch'), 0o500);
  const { code, message } = await failure(store.create('batch/2', BYTES));
  assert.is(code, 'CHECKPOINT_STORE_UNAVAILABLE');
  assert.match(message, 'this user may not use it');
  assert.equal(await createCheckpointFolder(dir.path).read('batch/1'), BYTES);
  await chmod(dir.file('batch'), 0o700);
});

test('what an operating system says only by a code is said in words', () => {
  for (const [code, words] of [
    ['ENOSPC', /its disk is full/],
    ['EROFS', /it is read-only/],
    ['EPERM', /knows no links/],
    ['EOTHER', /cannot be used: EOTHER/],
  ] as const) {
    const error = folderUnavailable('the folder', Object.assign(new Error(), { code, syscall: 'write' }));
    assert.is(error.code, 'CHECKPOINT_STORE_UNAVAILABLE');
    assert.match(error.message, words);
  }
  const bug = new TypeError('a bug');
  assert.throws(
    () => folderUnavailable('the folder', bug),
    (error: unknown) => error === bug,
  );
});

for (const name of [
  '../out',
  'batch/../../out',
  '/etc/x',
  '',
  'batch/',
  '.hidden',
  'batch/.1.part',
  'Batch/1',
  'a'.repeat(201),
]) {
  test(`"${name.slice(0, 20)}" is no name of an object: to ask for it is a bug`, async ({ dir }) => {
    const store = createCheckpointFolder(dir.path);
    for (const ask of [() => store.create(name, BYTES), () => store.read(name)]) assert.throws(ask, TypeError);
  });
}

test.run();
