import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { retryAfterMs } from '../../../src/adapters/telephony/retry-after.ts';

const NOW = Date.parse('2026-03-02T15:00:00Z');
const HOUR = 3_600_000;
const http = (ms: number): string => new Date(ms).toUTCString();

const asked = (headers: Readonly<Record<string, string>>, now = NOW): number | undefined =>
  retryAfterMs({ get: (name) => headers[name] }, now);

for (const [what, headers, expected] of [
  ['nothing', {}, undefined],
  ['seconds', { 'retry-after': '7' }, 7_000],
  ['milliseconds, which are more exact', { 'retry-after-ms': '250', 'retry-after': '7' }, 250],
  ['a date, by our clock', { 'retry-after': http(NOW + 30_000) }, 30_000],
  ['a date, by the clock that the answer shows', { 'retry-after': http(NOW + 30_000), date: http(NOW) }, 30_000],
  ['a date that is past', { 'retry-after': http(NOW - 30_000) }, 0],
  ['a date far off', { 'retry-after': http(NOW + 9 * HOUR), date: http(NOW) }, HOUR],
  ['a date, and nonsense for the time of the answer', { 'retry-after': http(NOW + 30_000), date: 'soon' }, 30_000],
  ['a number below zero', { 'retry-after': '-5' }, undefined],
  ['a word', { 'retry-after': 'later' }, undefined],
] as const) {
  test(`an answer that says ${what} asks for ${expected} ms`, () => {
    assert.is(asked(headers), expected);
  });
}

for (const offMs of [-HOUR, HOUR, -90 * 24 * HOUR, 90 * 24 * HOUR]) {
  test(`a clock that is ${offMs / HOUR} hours off does not change how long a date asks us to wait`, () => {
    assert.is(asked({ 'retry-after': http(NOW + 30_000), date: http(NOW) }, NOW + offMs), 30_000);
  });
}

test.run();
