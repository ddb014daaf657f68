import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLeaves } from '../../../src/audit/checkpoints/batch-leaves.ts';
import { type HeadLeaf, leafText } from '../../../src/audit/checkpoints/leaf.ts';

const leaf = (stream: string, version: number): HeadLeaf => ({
  stream,
  version,
  from: 1,
  hash: 'ab'.repeat(32),
  time: '2026-03-02T10:00:00.000Z',
  how: 'memory',
});
const LEAVES = [leaf('one', 3), leaf('an odd nàme 😀', 12), leaf('three', 1)];
const BEFORE = 'what stands before\n';
const TEXT = Buffer.from(BEFORE + LEAVES.map(leafText).join(''));
const FROM = Buffer.byteLength(BEFORE);

test('leaves are read as they were written, all, one, and to the byte', () => {
  const read = readLeaves(TEXT, FROM)!;
  assert.equal([...read], LEAVES);
  assert.is(read.length, 3);
  for (const [index, one] of LEAVES.entries()) {
    assert.equal(read.at(index), one);
    assert.is(read.text(index)?.toString(), leafText(one));
  }
  assert.equal([read.at(3), read.text(3)], [undefined, undefined]);
  assert.is(readLeaves(TEXT, TEXT.length)?.length, 0);
});

test('a text that ends within a leaf holds none', () => {
  for (let end = FROM + 1; end < TEXT.length; end += 1) {
    const cut = readLeaves(TEXT.subarray(0, end), FROM);
    const whole = LEAVES.findIndex((_, index) => FROM + lengthOf(index + 1) === end);
    if (whole < 0) assert.is(cut, null, `cut at ${end}`);
    else assert.equal([...cut!], LEAVES.slice(0, whole + 1));
  }
});

test('a leaf that is written otherwise than ours are is none', () => {
  for (const [ours, other] of [
    ['\n3\n', '\n03\n'],
    ['\n3\n', '\n3 \n'],
    ['memory\n', 'memory\n\n'],
    ['one\n', 'one\r\n'],
    ['callistra/head/1\n', '\ncallistra/head/1\n'],
  ] as const) {
    const text = BEFORE + leafText(LEAVES[0]!).replace(ours, other);
    // What a carriage return belongs to is the name.
    const read = readLeaves(Buffer.from(text), FROM);
    if (other === 'one\r\n') assert.is(read?.at(0)?.stream, 'one\r');
    else assert.is(read, null, JSON.stringify(other));
  }
});

function lengthOf(count: number): number {
  return Buffer.byteLength(LEAVES.slice(0, count).map(leafText).join(''));
}

test.run();
