import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAdaptiveLimit } from '../../../src/app/dialling/adaptive-limit.ts';
import { BREAKER, createBreaker } from '../../../src/app/dialling/breaker.ts';
import { createPace, type Pace } from '../../../src/app/dialling/pace.ts';

const NOW_MS = 1_000_000;

function open(callsPerSecond = 2) {
  const limit = createAdaptiveLimit(5);
  const breaker = createBreaker();
  return { limit, breaker, pace: createPace(callsPerSecond, limit, breaker) };
}

test('at first a dial may start at once', () => {
  const { pace } = open();
  assert.is(pace.allows(NOW_MS), true);
  assert.ok(pace.dueMs() <= NOW_MS);
});

/** Looks every `everyMs` and dials whenever it may; when the dials start, counted from the first look. */
function starts(pace: Pace, fromMs: number, forMs: number, everyMs = 1): number[] {
  const started: number[] = [];
  for (let ms = fromMs; ms < fromMs + forMs; ms += everyMs) {
    while (pace.allows(ms)) {
      pace.took(ms);
      started.push(ms - fromMs);
    }
  }
  return started;
}

test('dials keep their distance, also after a rest, however long', () => {
  const { pace } = open();
  for (const restMs of [0, 400, 600, 5_000, 3_600_000]) {
    const fromMs = NOW_MS + restMs * 10;
    const [first, ...others] = starts(pace, fromMs, 2_000);
    assert.ok(first !== undefined && first < 500, `${restMs}: ${first}`);
    assert.equal(
      others.map((ms) => ms - first),
      others.map((_, index) => (index + 1) * 500),
      `after ${restMs} ms`,
    );
  }
});

test('alarms that come late cost no dial of those that a second may have', () => {
  for (const [callsPerSecond, everyMs] of [
    [2, 13],
    [10, 7],
    [100, 4],
    [1_000, 3],
    [10_000, 2],
  ] as const) {
    const { pace } = open(callsPerSecond);
    const started = starts(pace, NOW_MS, 10_000, everyMs);
    const share = started.length / (10 * callsPerSecond);
    assert.ok(share > 0.99 && share < 1.02, `${started.length} dials of ${10 * callsPerSecond}`);
  }
});

test('it says when the next dial may start', () => {
  const { pace } = open();
  pace.took(NOW_MS);
  assert.is(pace.dueMs(), NOW_MS + 500);
  assert.equal([pace.allows(NOW_MS + 499), pace.allows(NOW_MS + 500)], [false, true]);
});

test('the moment of a dial that did not start is for the next', () => {
  const { pace } = open();
  pace.took(NOW_MS);
  assert.is(pace.allows(NOW_MS), false);
  pace.gaveBack();
  assert.is(pace.allows(NOW_MS), true);
  pace.took(NOW_MS);
  assert.is(pace.allows(NOW_MS + 499), false);
});

test('whoever was refused waits until then, or until asking is worth it again', () => {
  const { pace } = open();
  pace.refusedUntil(NOW_MS + 250);
  assert.equal([pace.allows(NOW_MS + 249), pace.allows(NOW_MS + 250), pace.dueMs()], [false, true, NOW_MS + 250]);
  pace.askAgain();
  assert.is(pace.allows(NOW_MS), true);
});

test('nothing starts while the provider asks to wait', () => {
  const { pace, limit } = open();
  limit.throttled(2, NOW_MS, 30_000);
  assert.equal([pace.allows(NOW_MS + 29_999), pace.allows(NOW_MS + 30_000)], [false, true]);
  assert.is(pace.dueMs(), NOW_MS + 30_000);
});

test('the breaker’s pause is waited for, but does not stop a call that was begun', () => {
  const { pace, breaker } = open();
  for (let call = 0; call < BREAKER.callsMin; call += 1) breaker.count(`call-${call}`, 'failed', NOW_MS);
  assert.is(pace.dueMs(), NOW_MS + BREAKER.pauseMs);
  assert.is(pace.allows(NOW_MS), true);
});

test('of several reasons to wait the longest counts', () => {
  const { pace, limit } = open();
  pace.took(NOW_MS);
  limit.throttled(2, NOW_MS, 3_000);
  pace.refusedUntil(NOW_MS + 4_000);
  assert.is(pace.dueMs(), NOW_MS + 4_000);
});

test.run();
