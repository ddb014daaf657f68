import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createNewestLeaves } from '../../../src/audit/checkpoints/newest-leaves.ts';

const test = suite('the newest leaf of each name');

test('of many names, each with several leaves, the newest is known, however often the table grew', () => {
  const leaves = createNewestLeaves();
  const expected = new Map<string, number>();
  const names = 20_000;
  for (let index = 0; index < 2.5 * names; index += 1) {
    const name = `stream ${(index * 7_919) % names}`;
    leaves.add(name, index);
    expected.set(name, index);
  }
  const wrong = [...expected].filter(([name, index]) => leaves.of(name) !== index);
  assert.equal([expected.size, wrong], [names, []]);
});

test('the leaf with index 0 is one', () => {
  const leaves = createNewestLeaves();
  leaves.add('a', 0);
  assert.is(leaves.of('a'), 0);
});

test('a name that has no leaf has none, also beside a thousand others and when there is none at all', () => {
  const leaves = createNewestLeaves();
  assert.is(leaves.of('a'), null);
  for (let index = 0; index < 1_000; index += 1) leaves.add(`stream ${index}`, index);
  for (let index = 1_000; index < 2_000; index += 1) assert.is(leaves.of(`stream ${index}`), null);
});

test.run();
