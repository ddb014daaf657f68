import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createBoundedMap } from '../../src/base/bounded-map.ts';

test('what was set longest ago goes when there is one too many', () => {
  const map = createBoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  assert.equal(['a', 'b', 'c'].map(map.get), [3, undefined, 4]);
});

test('what was deleted takes no room', () => {
  const map = createBoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.delete('a');
  map.set('c', 3);
  assert.equal(['a', 'b', 'c'].map(map.get), [undefined, 2, 3]);
  map.clear();
  assert.is(map.get('b'), undefined);
  assert.is(map.size(), 0);
});

test('it may be changed while it is walked, oldest first', () => {
  const map = createBoundedMap<number>(3);
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['c', 3],
    ['a', 4],
  ] as const)
    map.set(key, value);
  const walked = map.entries().map(([key, value]) => {
    map.delete(key);
    return `${key}${value}`;
  });
  assert.equal(walked, ['b2', 'c3', 'a4']);
  assert.is(map.size(), 0);
});

test.run();
