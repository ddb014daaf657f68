import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createThrottle, type Throttle } from '../../src/http/throttle.ts';

let nowMs = 0;
const throttleOf = (limits = {}): Throttle =>
  createThrottle({ maxFailures: 3, failureWindowMs: 60_000, maxPlaces: 2, ...limits }, () => nowMs);

const waits = (throttle: Throttle, place: string, whats: readonly string[]): number[] =>
  whats.map((what) => throttle.failed(place, what).waitMs);

test.before.each(() => {
  nowMs = 1_000;
});

test('so many failures are free, the next wait until the window is over, and waiting does not prolong it', () => {
  const throttle = throttleOf();
  assert.equal(waits(throttle, 'a', ['k', 'k', 'k', 'k']), [0, 0, 0, 60_000]);
  nowMs += 59_999;
  assert.equal(throttle.failed('a', 'k'), { waitMs: 1, slowed: 2 });
  nowMs += 1;
  assert.is(throttle.isSlow('a', 'k'), false);
  assert.equal(waits(throttle, 'a', ['k', 'k', 'k', 'k']), [0, 0, 0, 60_000]);
});

test('whoever presents the same thing again and again is slowed down alone', () => {
  const throttle = throttleOf();
  waits(throttle, 'a', ['k', 'k', 'k', 'k', 'k']);
  assert.equal(
    [throttle.isSlow('a', 'k'), throttle.isSlow('a', 'other'), throttle.isGuessing('a')],
    [true, false, false],
  );
  assert.is(throttle.failed('a', 'other').waitMs, 0);
});

test('whoever presents many things is guessing: whatever fails there waits', () => {
  const throttle = throttleOf();
  assert.equal(waits(throttle, 'a', ['k', 'l', 'm', 'n', 'k']), [0, 0, 0, 60_000, 60_000]);
  assert.equal([throttle.isGuessing('a'), throttle.isSlow('a', 'other')], [true, true]);
});

test('one place never slows another down', () => {
  const throttle = throttleOf();
  waits(throttle, 'a', ['k', 'l', 'm', 'n', 'o', 'p']);
  assert.equal([throttle.isSlow('b', 'k'), throttle.isGuessing('b')], [false, false]);
  assert.equal(waits(throttle, 'b', ['k', 'k', 'k', 'k']), [0, 0, 0, 60_000]);
});

test('however many places fail, so many are remembered', () => {
  const throttle = throttleOf();
  waits(throttle, 'a', ['k', 'k', 'k', 'k']);
  waits(throttle, 'b', ['k']);
  assert.is(throttle.isSlow('a', 'k'), true);
  waits(throttle, 'c', ['k']);
  assert.is(throttle.isSlow('a', 'k'), false);
});

test('at zero nobody waits', () => {
  const throttle = throttleOf({ maxFailures: 0 });
  assert.equal(waits(throttle, 'a', ['k', 'l', 'm', 'k', 'k', 'k']), [0, 0, 0, 0, 0, 0]);
  assert.equal([throttle.isSlow('a', 'k'), throttle.isGuessing('a')], [false, false]);
});

test.run();
