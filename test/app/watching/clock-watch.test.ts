import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { watchClock } from '../../../src/app/watching/clock-watch.ts';
import { journalInto } from '../../support/journal.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

function open() {
  const clock = virtualClock();
  const told: unknown[] = [];
  const watch = watchClock(
    clock,
    journalInto(told, ({ level, fields }) => [level, fields['movedMs']]),
  );
  return { clock, told, watch };
}

test('a clock that is set is told once, with by how much and in which direction', async () => {
  const { clock, told } = open();
  await clock.advance(60_000);
  clock.jump(-3_600_000);
  await clock.advance(60_000);
  clock.jump(90_000);
  await clock.advance(60_000);
  assert.equal(told, [
    ['warn', -3_600_000],
    ['warn', 90_000],
  ]);
});

test('a clock that is adjusted is not told, until that adds up to a second', async () => {
  const { clock, told } = open();
  for (let time = 0; time < 9; time += 1) {
    clock.jump(100);
    await clock.advance(10_000);
  }
  assert.equal(told, []);
  clock.jump(100);
  await clock.advance(10_000);
  assert.equal(told, [['warn', 1_000]]);
});

test('it ends when it is told to', async () => {
  const { clock, told, watch } = open();
  watch.close();
  clock.jump(90_000);
  await clock.advance(60_000);
  assert.equal([told, clock.alarms()], [[], 0]);
});

test.run();
