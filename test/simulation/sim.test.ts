import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runDay } from './day.ts';
import { commitSeed } from './options.ts';
import { play } from './play.ts';
import { keptSeeds } from './seeds.ts';

/** Twenty minutes of others every night. */
const SEEDS = 8;
const UNTIL_DONE = { forMs: Number.POSITIVE_INFINITY, onSeed: () => {} };

test('no seed that ever failed fails again', async () => {
  for (const { seed, ...options } of keptSeeds()) {
    const { problem } = await play({ ...UNTIL_DONE, firstSeed: seed, seeds: 1, twice: false, options });
    assert.is(problem, null, problem ?? '');
  }
});

test('every promise holds in the worlds that follow from this commit, and each goes the same way twice', async () => {
  const { problem, calls } = await play({ ...UNTIL_DONE, firstSeed: commitSeed(), seeds: SEEDS, twice: true });
  assert.is(problem, null, problem ?? '');
  assert.ok(calls > SEEDS, 'hardly anybody was called');
});

test('a day of calls goes by, and every promise holds', async () => {
  const { problem } = await runDay({ seed: 1, calls: 300, onHour: () => {} });
  assert.is(problem, null, problem ?? '');
});

test.run();
