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
});

test.run();
