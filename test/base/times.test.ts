import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isDay, isoTime, LAST_MS, readTime } from '../../src/base/times.ts';
import { NO_TIMES } from '../support/no-times.ts';

const test = suite('times as people give them');

test('a day is its first moment, a time is the same one in UTC, whatever its zone', () => {
  for (const [text, time] of [
    ['2026-03-02', '2026-03-02T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31', '9999-12-31T00:00:00.000Z'],
    ['2026-03-01T12:00:00+02:00', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T12:00+05:45', '2026-03-01T06:15:00.000Z'],
    ['2026-02-28T23:30:00-01:00', '2026-03-01T00:30:00.000Z'],
    ['2026-03-01T10:00:00.1234567Z', '2026-03-01T10:00:00.123Z'],
  ] as const)
    assert.is(readTime(text), time, text);
});

test('what no calendar and no clock has is no time', () => {
  for (const text of NO_TIMES) assert.is(readTime(text), null, text);
});

const digits = (length: number, most: number) =>
  fc.integer({ min: 0, max: most }).map((n) => `${n}`.padStart(length, '0'));
const written = fc
  .tuple(
    fc.tuple(digits(4, 9_999), digits(2, 13), digits(2, 32)),
    fc.option(fc.tuple(digits(2, 25), digits(2, 60), fc.option(digits(2, 61)), fc.option(digits(7, 9_999_999)))),
    fc.oneof(fc.constant('Z'), fc.tuple(fc.constantFrom('+', '-'), digits(2, 25), fc.constantFrom('00', '30', '60'))),
  )
  .map(([date, clock, zone]) => {
    if (clock === null) return date.join('-');
    const [hours, minutes, seconds, decimals] = clock;
    const rest = seconds === null ? '' : `:${seconds}${decimals === null ? '' : `.${decimals}`}`;
    return `${date.join('-')}T${hours}:${minutes}${rest}${zone === 'Z' ? 'Z' : `${zone[0]}${zone[1]}:${zone[2]}`}`;
  });

test('every time that is taken is the same moment when it is written again, and what it says is what is read', () => {
  let taken = 0;
  fc.assert(
    fc.property(written, (text) => {
      const read = readTime(text);
      if (read === null) return;
      taken += 1;
      assert.match(read, /^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
      assert.is(readTime(read), read);
      // Back in the zone in which it was said it is told by the same digits.
      const offset = /([+-])(\d{2}):(\d{2})$/.exec(text);
      const minutes = offset ? Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3])) : 0;
      const told = new Date(Date.parse(read) + minutes * 60_000).toISOString();
      const said = text.replace(/(?:Z|[+-]\d{2}:\d{2})$/, '').slice(0, 23);
      assert.ok(told.startsWith(text.includes('T') ? said : text), `${text} was read as ${read}`);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(taken > 200, `only ${taken} were taken`);
});

test('a day is a date of the calendar and nothing else', () => {
  for (const text of ['2026-03-02', '2024-02-29', '0001-01-01', '9999-12-31']) assert.ok(isDay(text), text);
  for (const text of [...NO_TIMES, '2026-03-02T00:00:00Z']) assert.not(isDay(text), text);
});

test('a time is written as Date writes it, on any day, whatever was written before, and what is no time is refused', () => {
  const moments = fc.oneof(
    fc.integer({ min: 0, max: LAST_MS }),
    fc.double({ min: 0, max: LAST_MS, noNaN: true }),
    fc.integer({ min: -100_000_000_000_000, max: 500_000_000_000_000 }),
    fc.constantFrom(0, -1, 86_399_999, 86_400_000, LAST_MS, LAST_MS + 1, Date.parse('2026-03-02T09:05:07.008Z')),
  );
  fc.assert(
    fc.property(moments, (ms) => assert.is(isoTime(ms), new Date(ms).toISOString())),
    { numRuns: 1_000 },
  );
  for (const none of [Number.NaN, Number.POSITIVE_INFINITY, 9e15]) assert.throws(() => isoTime(none), RangeError);
});

test.run();
