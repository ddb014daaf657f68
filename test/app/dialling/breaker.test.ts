import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BREAKER, createBreaker } from '../../../src/app/dialling/breaker.ts';

/** A breaker that has seen as many failed calls as it takes. */
function opened() {
  const breaker = createBreaker();
  for (let call = 0; call < BREAKER.callsMin; call += 1) breaker.count(`call-${call}`, 'failed', 0);
  return breaker;
}

test('calls that fail one after the other pause dialling, with a reason', () => {
  const breaker = opened();
  assert.is(breaker.allows(0), false);
  assert.match(breaker.pause()?.reason ?? '', 'failed at the provider');
});

test('a few failures among many served calls do not', () => {
  const breaker = createBreaker();
  for (let call = 0; call < 30; call += 1) breaker.count(`call-${call}`, call % 3 === 0 ? 'failed' : 'served', call);
  assert.is(breaker.allows(30), true);
});

test('too few calls say nothing', () => {
  const breaker = createBreaker();
  for (let call = 1; call < BREAKER.callsMin; call += 1) breaker.count(`call-${call}`, 'failed', 0);
  assert.is(breaker.allows(0), true);
});

test('failures of long ago are forgotten', () => {
  const breaker = createBreaker();
  for (let call = 0; call < 20; call += 1) breaker.count(`call-${call}`, 'failed', call * BREAKER.windowMs);
  assert.is(breaker.allows(20 * BREAKER.windowMs), true);
});

test('failures of long ago do not count against what came since', () => {
  const breaker = createBreaker();
  for (let call = 1; call < BREAKER.callsMin; call += 1) breaker.count(`old-${call}`, 'failed', 0);
  const nowMs = BREAKER.windowMs + 1;
  for (let call = 0; call < BREAKER.callsMin; call += 1) {
    breaker.count(`new-${call}`, call === 0 ? 'failed' : 'served', nowMs);
  }
  assert.is(breaker.allows(nowMs), true);
});

test('after the pause a single call tries the provider out', () => {
  const breaker = opened();
  assert.is(breaker.allows(BREAKER.pauseMs), true);
  breaker.dialled('trial');
  assert.is(breaker.allows(BREAKER.pauseMs + 1), false);
});

test('a trial that is served ends the pause', () => {
  const breaker = opened();
  breaker.allows(BREAKER.pauseMs);
  breaker.dialled('trial');
  breaker.count('trial', 'served', BREAKER.pauseMs);
  assert.is(breaker.allows(BREAKER.pauseMs), true);
  assert.is(breaker.pause(), null);
});

test('a network that refuses call after call pauses dialling; one that refuses now and then does not', () => {
  const breaker = createBreaker();
  for (let call = 0; call < 4 * BREAKER.callsMin; call += 1) {
    breaker.count(`mixed-${call}`, call % BREAKER.callsMin === 0 ? 'served' : 'refused', 0);
  }
  assert.is(breaker.allows(0), true);
  breaker.count('last', 'refused', 0);
  breaker.count('one too many', 'refused', 0);
  assert.is(breaker.allows(0), false);
  assert.match(breaker.pause()?.reason ?? '', 'refused');
});

test('a provider that takes nothing for a month is tried once an hour, and not more often', () => {
  const breaker = createBreaker();
  breaker.bar(0);
  assert.match(breaker.pause()?.reason ?? '', 'this month');
  for (let hour = 1; hour <= 3; hour += 1) {
    assert.is(breaker.allows(hour * BREAKER.barredMs - 1), false);
    assert.is(breaker.allows(hour * BREAKER.barredMs), true);
    breaker.dialled(`trial-${hour}`);
    assert.is(breaker.allows(hour * BREAKER.barredMs), false);
    if (hour < 3) breaker.bar(hour * BREAKER.barredMs);
  }
  breaker.count('trial-3', 'served', 3 * BREAKER.barredMs + 60_000);
  assert.is(breaker.allows(3 * BREAKER.barredMs + 60_000), true);
});

test('a trial that fails pauses anew', () => {
  const breaker = opened();
  breaker.allows(BREAKER.pauseMs);
  breaker.dialled('trial');
  breaker.count('trial', 'failed', BREAKER.pauseMs);
  assert.is(breaker.allows(BREAKER.pauseMs + 1), false);
  assert.is(breaker.allows(2 * BREAKER.pauseMs), true);
});

test('calls that were under way before the pause decide nothing about the trial', () => {
  const breaker = opened();
  breaker.allows(BREAKER.pauseMs);
  breaker.dialled('trial');
  breaker.count('earlier', 'served', BREAKER.pauseMs);
  assert.is(breaker.allows(BREAKER.pauseMs), false);
});

test('a trial that was not dialled after all leaves the place to another', () => {
  const breaker = opened();
  breaker.allows(BREAKER.pauseMs);
  breaker.dialled('trial');
  breaker.passed('trial');
  assert.is(breaker.allows(BREAKER.pauseMs), true);
});

test.run();
