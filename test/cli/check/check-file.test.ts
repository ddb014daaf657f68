import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkExport } from '../../../src/audit/export/check/check.ts';
import { checkSegment } from '../../../src/audit/export/check/segment.ts';
import { createCheckFile } from '../../../src/cli/check/check-file.ts';
import { segmentedFile } from '../../../src/cli/check/segmented-file.ts';
import type { Thread } from '../../../src/cli/check/thread.ts';
import { chunksOf } from '../../../src/files/chunks.ts';
import { ANCHORS, keepLarge, startExportRig } from '../../audit/export/rig.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';

type Context = { dir: TempDir; path: string };

const test = suite<Context>('the check of an export’s file');
test.before(async (context) => {
  context.dir = await tempDir('check-file');
  context.path = context.dir.file('export');
  const rig = await startExportRig();
  await keepLarge(rig, 6);
  await writeFile(context.path, await rig.whole({ memberId: 'M-1' }));
});
test.after(({ dir }) => dir.remove());

const SEGMENT_BYTES = 1024 ** 2;

/** In the place of a thread: what it is asked. */
function helper(asked: number[]): () => Thread {
  const lane: Thread['lane'] = (about, key) => {
    assert.is(key, ANCHORS.key.line);
    return (number) => {
      asked.push(number);
      // Two may be asked for at once, and a file has one place to read into.
      return checkSegment(segmentedFile(about, ANCHORS.key)!, number);
    };
  };
  return () => ({ lane });
}

const none = (): never => {
  throw new Error('it needs no thread');
};

test('a long one is checked with the help of a thread, a short one without', async ({ path }) => {
  const whole = await checkExport(chunksOf(path), ANCHORS);
  assert.is(whole.findingCount, 0);
  assert.equal(await createCheckFile(none)(path, ANCHORS), whole);
  assert.equal(await createCheckFile(() => null)(path, ANCHORS, { segmentBytes: SEGMENT_BYTES / 8 }), whole);
  const asked: number[] = [];
  assert.equal(await createCheckFile(helper(asked))(path, ANCHORS, { segmentBytes: SEGMENT_BYTES / 8 }), whole);
  assert.ok(asked.length > 2, `${asked}`);
  assert.ok(Math.min(...asked) >= 2, 'it begins when the first one is warm');
});

test('of a process that has checked a file, it helps with shorter ones too, and at once', async ({ path }) => {
  const asked: number[] = [];
  const checkFile = createCheckFile(helper(asked));
  const whole = await checkFile(path, ANCHORS, { segmentBytes: SEGMENT_BYTES });
  assert.equal(asked, []);
  assert.equal(await checkFile(path, ANCHORS, { segmentBytes: SEGMENT_BYTES }), whole);
  assert.is(Math.min(...asked), 0);
});

test('what does not hold is told as by whoever reads it in its order', async ({ path, dir }) => {
  const bytes = await readFile(path);
  const forged = dir.file('forged');
  for (const place of [0, 600, Math.floor(bytes.length / 2), bytes.length - 2]) {
    const changed = Buffer.from(bytes);
    changed[place] = changed[place] === 120 ? 121 : 120;
    await writeFile(forged, changed);
    const check = await createCheckFile(helper([]))(forged, ANCHORS, { segmentBytes: SEGMENT_BYTES / 8 });
    assert.ok(check.findingCount > 0, `byte ${place}`);
    assert.equal(check, await checkExport(chunksOf(forged), ANCHORS));
  }
  await writeFile(forged, bytes);
  await appendFile(forged, 'x');
  const check = await createCheckFile(helper([]))(forged, ANCHORS, { segmentBytes: SEGMENT_BYTES / 8 });
  assert.equal([...new Set(check.findings.map(({ kind }) => kind))], ['end']);
});

test('a file that is not there is an error as it is with one thread', async ({ dir }) => {
  const code = await createCheckFile(none)(dir.file('none'), ANCHORS).catch(
    (error: NodeJS.ErrnoException) => error.code,
  );
  assert.is(code, 'ENOENT');
});

test.run();
