import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Planted } from './planted.ts';
import { permitsOfOnesOwn, placeGivenBackEarly } from './planted-queues.ts';
import { describeFailure, firstDifference } from './report.ts';
import { type Outcome, runSeed } from './run.ts';

/** Others come with the worlds of every commit, and with those of every night. */
const SEEDS = 12;
/** So many of them are played twice. */
const TWICE = 4;
/** Within as many a bug must be found. */
const HUNT_SEEDS = 40;

test('instances that share queues keep every promise, whatever becomes of messages, and go the same way twice', async () => {
  const options = { queues: true };
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const outcome = await runSeed(seed, options);
    assert.is(outcome.failure, null, describeFailure(outcome, options));
    if (seed <= TWICE) assert.is(firstDifference(outcome, await runSeed(seed, options)), null);
  }
});

async function hunt(planted: Planted): Promise<Outcome['failure']> {
  for (let seed = 1; seed <= HUNT_SEEDS; seed += 1) {
    const { failure } = await runSeed(seed, { queues: true, planted });
    if (failure) return failure;
  }
  return null;
}

test('the simulation finds instances that grant themselves what they are to share', async () => {
  assert.is((await hunt(permitsOfOnesOwn))?.promise, 'calls held at once stay within the limit');
});

test('the simulation finds a place that is given back while its call stands', async () => {
  assert.is((await hunt(placeGivenBackEarly))?.promise, 'calls held at once stay within the limit');
});

test.run();
