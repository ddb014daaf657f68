import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLookBack } from '../../src/base/look-back.ts';
import { START, virtualClock } from '../support/virtual-clock.ts';

const HOUR = 3_600_000;

function open() {
  const clock = virtualClock();
  const lookBack = createLookBack(clock);
  const hours = (ms: number): number => (lookBack(ms).getTime() - START) / HOUR;
  return { clock, hours };
}

test('without a clock that is set it is so long ago', async () => {
  const { clock, hours } = open();
  assert.is(hours(HOUR), -1);
  await clock.advance(5 * HOUR);
  assert.is(hours(HOUR), 4);
});

test('when the clock was set forward it is as long ago as before, while what was dated then may be looked for', async () => {
  const { clock, hours } = open();
  clock.jump(10 * HOUR);
  assert.is(hours(HOUR), -1);
  await clock.advance(HOUR / 2);
  assert.is(hours(HOUR), -0.5);
  await clock.advance(HOUR);
  assert.is(hours(HOUR), 10.5);
});

test('when the clock was set back it is longer ago', () => {
  const { clock, hours } = open();
  clock.jump(-10 * HOUR);
  assert.is(hours(HOUR), -11);
});

test('of a clock that is set again and again the earliest of its times counts', async () => {
  const { clock, hours } = open();
  for (const jump of [3, -8, 2, 4]) {
    clock.jump(jump * HOUR);
    hours(0);
    await clock.advance(60_000);
  }
  assert.ok(hours(HOUR) < -5.8 && hours(HOUR) > -6, String(hours(HOUR)));
});

test('a clock that is adjusted is not one that is set, and does not fill the memory', async () => {
  const { clock, hours } = open();
  for (let time = 0; time < 1_000; time += 1) {
    clock.jump(time % 2 ? 2_000 : -2_000);
    hours(0);
  }
  await clock.advance(HOUR);
  assert.ok(Math.abs(hours(HOUR / 2) - 0.5) < 0.01);
});

test.run();
