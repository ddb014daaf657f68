import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCovered } from '../../../src/audit/checkpoints/covered.ts';
import type { HeadLeaf } from '../../../src/audit/checkpoints/leaf.ts';

const [EARLY, NOON, LATE] = ['09', '12', '15'].map((hour) => `2026-03-02T${hour}:00:00.000Z`) as [
  string,
  string,
  string,
];
const leaf = (stream: string, version: number, time: string): HeadLeaf => ({
  stream,
  version,
  from: 1,
  hash: 'ab'.repeat(32),
  time,
  how: 'memory',
});

test('what is settled is forgotten, whether it was added before or comes after', () => {
  const [before, after] = [createCovered(), createCovered()];
  const leaves = [
    leaf('old', 2, EARLY),
    leaf('new', 3, LATE),
    leaf('set back', 1, LATE),
    leaf('set back', 4, EARLY),
    leaf('grown', 1, EARLY),
    leaf('grown', 2, LATE),
  ];
  for (const one of leaves) before.add(one);
  before.settle(NOON);
  after.settle(NOON);
  for (const one of leaves) after.add(one);
  for (const covered of [before, after]) {
    const newest = ['old', 'new', 'set back', 'grown'].map(covered.newest);
    assert.equal(newest, [0, 3, 0, 2]);
    assert.ok(covered.reaches(leaf('old', 9, EARLY)));
    assert.not(covered.reaches(leaf('new', 4, LATE)));
    assert.not(covered.reaches(leaf('set back', 1, LATE)));
  }
});

test.run();
