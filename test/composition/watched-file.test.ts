import { rm, writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type WatchedFile, watchFile } from '../../src/composition/watched-file.ts';
import { readTextFile } from '../../src/config/text-file.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';

type Watched = {
  dir: TempDir;
  path: string;
  said: string[];
  reads: number;
  nowMs: number;
  watched: WatchedFile<string>;
};

const test = suite<Watched>('a file that is watched');
test.before.each(async (context) => {
  context.dir = await tempDir('watched');
  const path = context.dir.file('file');
  await writeFile(path, 'first');
  Object.assign(context, { path, said: [], reads: 0, nowMs: 0 });
  context.watched = watchFile({
    path,
    read: () => {
      context.reads += 1;
      return readTextFile(path);
    },
    clock: { monotonicMs: () => context.nowMs },
    onChanged: (value) => void context.said.push(`now ${value}`),
    onTrouble: (reason) => void context.said.push(reason),
  });
});
test.after.each(({ dir }) => dir.remove());

test('is read again when another stands in its place, and looked at once a second at most', async (context) => {
  const { path, watched, said } = context;
  await writeFile(path, 'the second');
  assert.is(watched.value(), 'first');
  context.nowMs += 1_000;
  assert.is(watched.value(), 'the second');
  for (let n = 0; n < 1_000; n += 1, context.nowMs += 1_000) watched.value();
  assert.is(context.reads, 2);
  assert.equal(said, ['now the second']);
});

test('holds what was good last while it is gone, says so once, and goes on when it is back', async (context) => {
  const { path, watched, said } = context;
  await rm(path);
  for (const _ of [1, 2]) {
    context.nowMs += 1_000;
    assert.is(watched.value(), 'first');
  }
  assert.match(watched.trouble() ?? '', /ENOENT/);
  assert.is(said.length, 1);
  await writeFile(path, 'the third');
  context.nowMs += 1_000;
  assert.equal([watched.trouble(), watched.value(), said.at(-1)], [null, 'the third', 'now the third']);
});

test.run();
