import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Planted } from './planted.ts';
import * as planted from './planted-places.ts';
import { describeFailure, firstDifference } from './report.ts';
import { type Outcome, type RunOptions, runSeed } from './run.ts';

/** Others come with the worlds of every commit, and with those of every night. */
const SEEDS = 8;
/** So many of them are played twice. */
const TWICE = 2;
/** Within as many, from where it showed last, a bug must be found. */
const HUNT_SEEDS = 60;

const SHARED: RunOptions = { isShared: true };

test('instances that share places keep every promise, whatever is lost; they go the same way twice', async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const outcome = await runSeed(seed, SHARED);
    assert.is(outcome.failure, null, describeFailure(outcome, SHARED));
    if (seed <= TWICE) assert.is(firstDifference(outcome, await runSeed(seed, SHARED)), null);
  }
});

async function hunt(bug: Planted, fromSeed: number, special: RunOptions): Promise<Outcome['failure']> {
  for (let seed = fromSeed; seed < fromSeed + HUNT_SEEDS; seed += 1) {
    const { failure } = await runSeed(seed, { ...SHARED, planted: bug, ...special });
    if (failure) return failure;
  }
  return null;
}

const WITHIN = 'calls held at once stay within the limit';
const HOLDS = 'who is dialled holds a place';
const PACE = 'turns keep the pace';
const ENDS = 'every call ends and the world becomes quiet';
const SERVES = 'an instance goes on serving';

type Mistake = {
  readonly bug: Planted;
  readonly by: readonly string[];
  readonly fromSeed?: number;
  readonly special?: RunOptions;
};

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'a place that is never given back': { bug: planted.neverGivenBack, by: [ENDS, SERVES] },
  'a place that is given back twice': { bug: planted.givenTwice, by: [WITHIN], fromSeed: 30 },
  'turns that come faster than the pace': { bug: planted.outOfPace, by: [PACE], fromSeed: 8 },
  'a dial before its turn': {
    bug: planted.dialledBeforeItsTurn,
    by: ['nobody is dialled before its turn'],
    fromSeed: 7,
  },
  'a dial before its write was confirmed': { bug: planted.dialledUnconfirmed, by: [HOLDS, WITHIN] },
  'a write without If-Match': { bug: planted.withoutIfMatch, by: [HOLDS, WITHIN, PACE], fromSeed: 4 },
  'a place that is free as its call was not begun': { bug: planted.freedAsNotBegun, by: [HOLDS, WITHIN], fromSeed: 83 },
  'a place that is free under an unanswered request': {
    bug: planted.freedUnderAnUnansweredRequest,
    by: [HOLDS, WITHIN],
    fromSeed: 245,
  },
  'places counted by rows only': {
    bug: planted.countedByRowsOnly,
    by: [WITHIN],
    fromSeed: 76,
    special: { losesRow: true },
  },
  'a waiting call that nobody looks for': { bug: planted.nobodyLooks, by: [ENDS, SERVES], fromSeed: 4 },
};

for (const [name, { bug, by, fromSeed = 1, special = {} }] of Object.entries(MISTAKES)) {
  test(`the simulation finds ${name}`, async () => {
    const failure = await hunt(bug, fromSeed, special);
    assert.ok(failure && by.includes(failure.promise), JSON.stringify(failure));
  });
}

test.run();
