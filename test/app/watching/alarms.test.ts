import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createAlarms } from '../../../src/app/watching/alarms.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const test = suite('alarms');

/** Alarms, and when which of them have rung, in seconds. */
function rig() {
  const clock = virtualClock();
  const rung: string[] = [];
  const alarms = createAlarms(clock);
  const set = (key: string, seconds: number, word = key): void =>
    alarms.set(key, seconds * 1_000, () => void rung.push(`${word} ${clock.monotonicMs() / 1_000}`));
  return { clock, alarms, set, rung };
}

test('one that is put off again and again rings once, at the last time, and does what was said last', async () => {
  const { clock, set, rung } = rig();
  for (let second = 0; second < 30; second += 3) {
    set('a', 10, `a of ${second}`);
    await clock.advance(3_000);
  }
  assert.equal(rung, []);
  await clock.advance(60_000);
  assert.equal(rung, ['a of 27 37']);
  assert.is(clock.alarms(), 0);
});

test('one that is set to a sooner time rings then, and not again', async () => {
  const { clock, set, rung } = rig();
  set('a', 60);
  set('a', 5);
  set('b', 7);
  await clock.advance(120_000);
  assert.equal(rung, ['a 5', 'b 7']);
});

test('one that has rung can be set again, also by what it does', async () => {
  const { clock, alarms, set, rung } = rig();
  alarms.set('a', 1_000, () => set('a', 2, 'again'));
  await clock.advance(10_000);
  assert.equal(rung, ['again 3']);
  set('a', 1, 'later');
  await clock.advance(10_000);
  assert.equal(rung, ['again 3', 'later 11']);
});

test('what is no positive number is no delay', async () => {
  const { clock, set, rung } = rig();
  set('a', Number.NaN);
  set('b', -1);
  await clock.advance(0);
  assert.equal(rung, ['a 0', 'b 0']);
});

test('one that is called off does not ring, nor any that is set after the end', async () => {
  const { clock, alarms, set, rung } = rig();
  set('a', 1);
  set('b', 1);
  alarms.callOff('a');
  assert.equal([alarms.has('a'), alarms.has('b'), alarms.count()], [false, true, 1]);
  alarms.close();
  set('c', 1);
  await clock.advance(10_000);
  assert.equal(rung, []);
  assert.is(alarms.count(), 0);
});

test.run();
