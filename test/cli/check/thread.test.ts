import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkSegment } from '../../../src/audit/export/check/segment.ts';
import { segmentedFile } from '../../../src/cli/check/segmented-file.ts';
import { createThread, type Thread } from '../../../src/cli/check/thread.ts';
import { keyOf } from '../../audit/checkpoints/rig.ts';
import { BUILT, build } from '../../support/runner/build.ts';
import { GIVEN, given } from './samples.ts';

type Context = { built: string; worker: Worker; thread: Thread };

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ASKING = join('test', 'cli', 'check', 'asking-process.js');
const KEY = keyOf(1);

const test = suite<Context>('the thread that checks segments');
test.before(async (context) => {
  const built = process.env[BUILT] ?? (await build(ROOT));
  if (built === null) throw new Error('without a bundle there is no thread to try');
  context.built = built;
});
test.before.each((context) => {
  context.worker = new Worker(pathToFileURL(join(context.built, 'src', 'export-thread.js')));
  context.thread = createThread(context.worker);
  // Here nobody else works meanwhile.
  context.worker.ref();
});
test.after.each(async ({ worker }) => void (await worker.terminate()));

test('it finds what a lane here finds', async ({ thread }) => {
  const about = await given();
  const file = segmentedFile(about, KEY)!;
  const lane = thread.lane(about, KEY.line);
  const numbers = Array.from({ length: Math.ceil(about.sizeBytes / about.segmentBytes) }, (_, number) => number);
  const there = await Promise.all(numbers.map(lane));
  const here: unknown[] = [];
  for (const number of numbers) here.push(await checkSegment(file, number));
  assert.equal(there, here);
  assert.type((there[0] as { ends: number }).ends, 'number');
});

test('for files, keys and first lines one after the other, as they come', async ({ thread }) => {
  const about = await given();
  const sound = thread.lane(about, KEY.line);
  const first = await sound(0);
  for (const lane of [
    thread.lane(about, keyOf(2).line),
    thread.lane(about, 'no key'),
    thread.lane({ ...about, first: '{"note":"x"}' }, KEY.line),
    thread.lane({ ...about, path: `${GIVEN}.none` }, KEY.line),
  ]) {
    assert.is(await lane(0), undefined);
    assert.equal(await sound(0), first);
  }
});

test('once it is gone nobody waits for it', async ({ thread, worker }) => {
  const lane = thread.lane(await given(), KEY.line);
  const asked = [lane(0), lane(1)];
  await worker.terminate();
  assert.is((await Promise.all(asked)).length, 2);
  assert.is(await lane(0), undefined);
});

test('the bundle finds it, and it keeps no process from ending', async ({ built, thread }) => {
  const about = await given();
  const args = [about.path, about.first, KEY.line, String(about.sizeBytes)];
  const { stdout } = await promisify(execFile)(process.execPath, [join(built, ASKING), ...args]);
  // With one processor there is none.
  const expected = availableParallelism() > 1 ? await thread.lane(about, KEY.line)(0) : null;
  assert.equal(JSON.parse(stdout), expected);
});

test.run();
