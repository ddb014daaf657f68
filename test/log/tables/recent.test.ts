import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRecent } from '../../../src/log/tables/recent.ts';

test('the last names are known, and never more than twice as many', () => {
  const recent = createRecent(10);
  for (let n = 0; n < 100; n++) {
    recent.add(`${n}`);
    for (let last = Math.max(0, n - 9); last <= n; last++) assert.ok(recent.has(`${last}`), `${last} after ${n}`);
    assert.not.ok(recent.has(`${n - 20}`));
  }
});

test.run();
