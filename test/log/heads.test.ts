import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createHeads } from '../../src/log/heads.ts';

const head = (version: number) => ({ version, hash: String(version) });

test('the head that was set longest ago is forgotten first', () => {
  const heads = createHeads(2);
  heads.set('a', head(1));
  heads.set('b', head(1));
  heads.set('a', head(2));
  heads.set('c', head(1));
  assert.equal([heads.get('a'), heads.get('b'), heads.get('c')], [head(2), undefined, head(1)]);
});

test('after a rollback nothing is remembered', () => {
  const heads = createHeads(2);
  heads.set('a', head(1));
  heads.clear();
  assert.is(heads.get('a'), undefined);
});

test.run();
