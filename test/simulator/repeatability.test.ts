import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRepeatabilityTable, repeatabilityOf } from '../../src/simulator/wire/repeatability.ts';

const ID = '47e4fa59-9c1b-4161-8074-433fd5ef40b1';
const DATE = 'Sun, 22 Nov 2026 06:11:42 GMT';

test('what was done is found again, until it is too old', () => {
  let nowMs = 0;
  const table = createRepeatabilityTable<string>(
    () => nowMs,
    (sinceMs) => nowMs - sinceMs < 100,
  );
  table.remember('a', 'call');
  nowMs = 99;
  assert.is(table.find('a'), 'call');
  nowMs = 100;
  assert.is(table.find('a'), undefined);
});

test('the table is bounded, and the oldest go first', () => {
  const table = createRepeatabilityTable<number>(
    () => 0,
    () => true,
  );
  for (let i = 0; i <= 50_000; i++) table.remember(String(i), i);
  assert.is(table.find('0'), undefined);
  assert.is(table.find('1'), 1);
  assert.is(table.find('50000'), 50_000);
});

test('an id in capitals is the same id', () => {
  const of = (id: string) => repeatabilityOf({ 'repeatability-request-id': id, 'repeatability-first-sent': DATE });
  assert.equal(of(ID.toUpperCase()), of(ID));
  assert.equal(of(ID), { kind: 'id', id: ID });
});

test('a UUID of another version is malformed', () => {
  const id = ID.replace('-4161', '-1161');
  const result = repeatabilityOf({ 'repeatability-request-id': id, 'repeatability-first-sent': DATE });
  assert.is(result.kind, 'malformed');
});

test.run();
