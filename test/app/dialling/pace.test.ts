import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAdaptiveLimit } from '../../../src/app/dialling/adaptive-limit.ts';
import { BREAKER, createBreaker } from '../../../src/app/dialling/breaker.ts';
import { createPace } from '../../../src/app/dialling/pace.ts';

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

test('dials keep their distance; after a rest, however long, two start at once', () => {
  const { pace } = open();
  const started: number[] = [];
  for (let ms = NOW_MS; ms < NOW_MS + 2_000; ms += 1) {
    while (pace.allows(ms)) {
      pace.took(ms);
      started.push(ms - NOW_MS);
    }
  }
  assert.equal(started, [0, 0, 500, 1_000, 1_500]);
});

test('it says when the next dial may start', () => {
  const { pace } = open();
  for (let dial = 0; dial < 2; dial += 1) pace.took(NOW_MS);
  assert.is(pace.dueMs(), NOW_MS + 500);
  assert.equal([pace.allows(NOW_MS + 499), pace.allows(NOW_MS + 500)], [false, true]);
});

test('the moment of a dial that did not start is for the next', () => {
  const { pace } = open();
  for (let dial = 0; dial < 2; dial += 1) pace.took(NOW_MS);
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
  for (let dial = 0; dial < 2; dial += 1) pace.took(NOW_MS);
  limit.throttled(2, NOW_MS, 3_000);
  pace.refusedUntil(NOW_MS + 4_000);
  assert.is(pace.dueMs(), NOW_MS + 4_000);
});

test.run();
