import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { firstDifference } from './report.ts';
import { type Outcome, runSeed } from './run.ts';

/** Worlds of two and three instances that crash, apart and sharing places; others every night. */
const SEEDS = [
  { seed: 3, isShared: false },
  { seed: 11, isShared: false },
  { seed: 24, isShared: true },
];

for (const { seed, isShared } of SEEDS) {
  test(`over Azure Tables seed ${seed} keeps every promise, and goes as it does over the log in memory`, async () => {
    const inMemory = await runSeed(seed, { isShared });
    const onTables = await runSeed(seed, { isShared, log: 'tables' });
    assert.is(onTables.failure, null, onTables.failure?.what ?? '');
    assert.is(firstDifference(inMemory, onTables), null);
    assert.ok(told(onTables, / starts$/) > 2 && told(onTables, / dies at /) > 0, 'nobody came back from the dead');
  });
}

test('several instances race for the same place in a stream, each with what it knows of its own', async () => {
  const outcome = await runSeed(22, { isShared: false, log: 'tables' });
  assert.is(outcome.failure, null, outcome.failure?.what ?? '');
  assert.ok(told(outcome, / -> conflict$/) > 0);
});

function told({ lines }: Outcome, what: RegExp): number {
  return lines.filter((line) => what.test(line)).length;
}

test.run();
