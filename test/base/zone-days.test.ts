import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dayStart, nextDay } from '../../src/base/zone-days.ts';

test('a day begins at midnight where somebody is, also on days on which the clock is set', () => {
  for (const [day, zone, start] of [
    ['2026-11-26', 'UTC', '2026-11-26T00:00:00.000Z'],
    ['2026-01-01', 'Asia/Kathmandu', '2025-12-31T18:15:00.000Z'],
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z'],
    ['2026-11-01', 'America/New_York', '2026-11-01T04:00:00.000Z'],
    ['2026-11-02', 'America/New_York', '2026-11-02T05:00:00.000Z'],
  ] as const) {
    assert.is(dayStart(day, zone), start, `${day} ${zone}`);
  }
});

test('a day without a midnight begins when the clock is set, one with two at the first', () => {
  assert.is(dayStart('2018-11-04', 'America/Sao_Paulo'), '2018-11-04T03:00:00.000Z');
  assert.is(dayStart('2026-03-29', 'Asia/Beirut'), '2026-03-28T22:00:00.000Z');
  assert.is(dayStart('2018-02-18', 'America/Sao_Paulo'), '2018-02-18T03:00:00.000Z');
  assert.is(dayStart('2026-11-01', 'America/Havana'), '2026-11-01T04:00:00.000Z');
});

test('what is no day, or of no year that anybody means, has no beginning', () => {
  for (const day of ['2026-02-30', '2026-3-1', '', 'today', '0999-12-31']) assert.is(dayStart(day, 'UTC'), null, day);
  assert.equal([nextDay('2026-12-31'), nextDay('2028-02-28')], ['2027-01-01', '2028-02-29']);
});

test.run();
