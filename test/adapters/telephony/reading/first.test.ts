import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { callResult } from '../../../../src/adapters/telephony/reading/first-results.ts';
import type { CallResult } from '../../../../src/domain/call/disposition.ts';

/** Every pair that these rules knew: calls that were begun under them are read by them for ever. */
const PAIRS: readonly (readonly [code: number, subCode: number, CallResult])[] = [
  [200, 560000, 'ended'],
  [0, 560000, 'ended'],
  [200, 540000, 'ended'],
  [200, 7000, 'ended'],
  [200, 5001, 'ended'],
  [200, 5000, 'ended'],
  [200, 5010, 'ended'],
  [200, 5013, 'ended'],
  [200, 4521, 'ended'],
  [200, 0, 'ended'],
  [200, 7015, 'ended'],
  [480, 560480, 'no-answer'],
  [480, 10078, 'no-answer'],
  [487, 540487, 'no-answer'],
  [487, 0, 'no-answer'],
  [487, 10003, 'no-answer'],
  [487, 10004, 'no-answer'],
  [487, 10024, 'no-answer'],
  [486, 560486, 'busy'],
  [486, 540486, 'busy'],
  [408, 560408, 'no-answer'],
  [408, 500001, 'no-answer'],
  [404, 560404, 'bad-number'],
  [404, 511404, 'bad-number'],
  [484, 560484, 'bad-number'],
  [404, 4500, 'bad-number'],
  [603, 560603, 'network-refused'],
  [403, 560403, 'blocked'],
  [403, 510403, 'blocked'],
  [500, 560500, 'provider-failure'],
  [503, 560503, 'provider-failure'],
  [400, 8523, 'provider-failure'],
  [403, 7504, 'provider-failure'],
  [403, 7507, 'provider-failure'],
  [404, 8522, 'unknown'],
  [405, 8520, 'provider-failure'],
  [409, 8519, 'provider-failure'],
  [412, 8583, 'provider-failure'],
  [400, 8567, 'provider-failure'],
  [401, 10009, 'provider-failure'],
  [400, 8538, 'declined'],
  [400, 8539, 'busy'],
  [400, 8540, 'no-answer'],
  [400, 8541, 'no-answer'],
  [400, 8542, 'no-answer'],
  [400, 8543, 'no-answer'],
  [400, 8544, 'no-answer'],
  [429, 10110, 'ended'],
];

for (const [code, subCode, result] of PAIRS) {
  test(`${code}/${subCode} is ${result}`, () => {
    assert.is(callResult({ code, subCode }), result);
  });
}

test("the carrier's SIP code is preferred over the sub-code", () => {
  assert.is(callResult({ code: 500, subCode: 560503, sipCode: 486 }), 'busy');
});

test('603 is a decline only when the carrier says so', () => {
  assert.is(callResult({ code: 603, subCode: 560603, sipCode: 603 }), 'declined');
  assert.is(callResult({ code: 603, subCode: 560603 }), 'network-refused');
  assert.is(callResult({ code: 603, subCode: 560603, sipCode: 486 }), 'busy');
});

test('a pair that nobody has written down is unknown, not a guess', () => {
  assert.is(callResult({ code: 499, subCode: 123456 }), 'unknown');
  assert.is(callResult({ code: 0, subCode: 999 }), 'unknown');
});

test.run();
