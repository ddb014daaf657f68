import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keyOf, rowKeyOf } from '../../../src/log/tables/keys.ts';

test('the names that the application uses are their own keys', () => {
  for (const name of ['018f3f4e-7c1a-7000-8000-000000000001', 'member:M-1', 'quarantine:2024-05-01T13', 'a_b.c']) {
    assert.is(keyOf(name), name);
  }
});

test('a key holds nothing that the store forbids, and no two names share one', () => {
  const names = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('!', '2', '1', 'a', '/', '😀') }),
  );
  const keys = new Map<string, string>();
  fc.assert(
    fc.property(names, (name) => {
      const key = keyOf(name);
      assert.match(key, /^[A-Za-z0-9:_.!-]*$/);
      assert.is(keys.get(key) ?? name, name);
      keys.set(key, name);
    }),
    { numRuns: 2_000 },
  );
  assert.is(keyOf('a/ü!'), 'a!2f!c3!bc!21');
});

test('a name that would be too long for a key is kept by its hash', () => {
  const long = 'x'.repeat(400);
  assert.is(keyOf(long), long);
  assert.match(keyOf(`${long}y`), /^!![0-9a-f]{64}$/);
  assert.is.not(keyOf(`${long}y`), keyOf(`${long}z`));
  assert.match(keyOf('/'.repeat(200)), /^!![0-9a-f]{64}$/);
});

test('versions sort as text', () => {
  assert.ok(rowKeyOf(9) < rowKeyOf(10) && rowKeyOf(99_999) < rowKeyOf(100_000));
  assert.is(rowKeyOf(42), '0000000042');
});

test.run();
