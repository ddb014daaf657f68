import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { linesOf } from '../../src/audit/export/check/lines.ts';
import { chunkBuffers, chunksOf } from '../../src/files/chunks.ts';
import { tempDir } from '../support/temp-dir.ts';

const test = suite<{ dir: Awaited<ReturnType<typeof tempDir>> }>('the chunks of a file');
test.before.each(async (context) => {
  context.dir = await tempDir('chunks');
});
test.after.each(({ dir }) => dir.remove());

const MIB = 1024 ** 2;
/** Lines that no two places of a file share, some of which are longer than a chunk. */
const lineAt = (n: number): string => `${n} `.repeat(n % 97 === 0 ? MIB / 4 : 1_000);

for (const count of [0, 1, 300, 1_500]) {
  test(`of ${count} lines: all bytes come in their order, and lines outlive the chunks that they stood in`, async ({
    dir,
  }) => {
    const lines = Array.from({ length: count }, (_, n) => lineAt(n));
    const text = lines.map((line) => `${line}\n`).join('');
    await writeFile(dir.file('text'), text);
    let [whole, chunks] = ['', 0];
    for await (const chunk of chunksOf(dir.file('text'))) {
      whole += chunk.toString('latin1');
      chunks += 1;
    }
    assert.ok(whole === text);
    assert.ok(chunks >= text.length / MIB);
    const read: string[] = [];
    for await (const block of linesOf(chunksOf(dir.file('text')))) {
      for (const { start, end } of block.lines) read.push(block.bytes.toString('latin1', start, end - 1));
    }
    assert.ok(read.join('\n') === lines.join('\n'));
  });
}

test('from a place on, into buffers that are there', async ({ dir }) => {
  const bytes = randomBytes(3 * MIB + 7);
  await writeFile(dir.file('bytes'), bytes);
  const buffers = chunkBuffers();
  for (const from of [0, 1, MIB - 1, MIB, 2 * MIB + 3, bytes.length, bytes.length + 1]) {
    const chunks: Buffer[] = [];
    for await (const chunk of chunksOf(dir.file('bytes'), from, buffers)) {
      assert.ok(buffers.some(({ buffer }) => buffer === chunk.buffer));
      chunks.push(Buffer.from(chunk));
    }
    assert.ok(Buffer.concat(chunks).equals(bytes.subarray(from)), `from ${from}`);
  }
});

test('a pipe can be read from its beginning', async ({ dir }) => {
  const pipe = dir.file('pipe');
  execFileSync('mkfifo', [pipe]);
  const written = writeFile(pipe, 'some bytes');
  let whole = '';
  for await (const chunk of chunksOf(pipe)) whole += chunk.toString();
  await written;
  assert.is(whole, 'some bytes');
});

test('who stops in the midst leaves no file open, and what cannot be opened is said', async ({ dir }) => {
  await writeFile(dir.file('text'), Buffer.alloc(5 * MIB));
  const chunks = chunksOf(dir.file('text'));
  await chunks.next();
  await chunks.return(undefined);
  assert.equal(await chunks.next(), { value: undefined, done: true });
  const error = await chunksOf(dir.file('none'))
    .next()
    .catch((reason: NodeJS.ErrnoException) => reason.code);
  assert.is(error, 'ENOENT');
});

test.run();
