import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runDay } from './day.ts';
import { commitSeed } from './options.ts';
import { play } from './play.ts';
import { keptSeeds } from './seeds.ts';

/** Twenty minutes of others every night. */
const SEEDS = 8;
/** So many of them twice: that a world goes the same way again is held of each trouble too. */
const TWICE = 3;
const UNTIL_DONE = { forMs: Number.POSITIVE_INFINITY, onSeed: () => {} };

test('no seed that ever failed fails again', async () => {
  for (const { seed, ...options } of keptSeeds()) {
    const { problem } = await play({ ...UNTIL_DONE, firstSeed: seed, seeds: 1, twice: false, options });
    assert.is(problem, null, problem ?? '');
  }
});

test('every promise holds in the worlds that follow from this commit, and they go the same way twice', async () => {
  const firstSeed = commitSeed();
  const again = await play({ ...UNTIL_DONE, firstSeed, seeds: TWICE, twice: true });
  assert.is(again.problem, null, again.problem ?? '');
  const once = await play({ ...UNTIL_DONE, firstSeed: firstSeed + TWICE, seeds: SEEDS - TWICE, twice: false });
  assert.is(once.problem, null, once.problem ?? '');
  assert.ok(again.calls + once.calls > SEEDS, 'hardly anybody was called');
});

test('a day of calls goes by, and every promise holds', async () => {
  const { problem } = await runDay({ seed: 1, calls: 300, onHour: () => {} });
  assert.is(problem, null, problem ?? '');
});

test.run();
