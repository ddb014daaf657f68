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
