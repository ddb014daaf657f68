import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hourOf } from '../../src/log/hours.ts';

test('an hour is written in UTC and sorts as text', () => {
  assert.is(hourOf(new Date('2024-05-01T13:59:59.999Z')), '2024-05-01T13');
  assert.ok(hourOf(new Date('2024-05-01T09:00:00Z')) < hourOf(new Date('2024-05-01T10:00:00Z')));
  assert.ok(hourOf(new Date('2024-05-01T23:00:00Z')) < hourOf(new Date('2024-05-02T00:00:00Z')));
});

test.run();
