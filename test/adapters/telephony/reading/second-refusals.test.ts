import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SECOND_READING } from '../../../../src/adapters/telephony/reading/second.ts';
import type { Refusal } from '../../../../src/domain/call/provider.ts';

const { refusal } = SECOND_READING;

/** Answers to our requests, and what follows from them. */
const ANSWERS: readonly (readonly [status: number, subCode: number, Refusal['means'], mayBeDone?: true])[] = [
  [400, 8528, 'over'],
  [404, 8522, 'over'],
  [404, 0, 'over'],
  [400, 8501, 'not-yet'],
  [400, 8585, 'not-yet'],
  [409, 8585, 'not-yet'],
  [400, 8500, 'conflict'],
  [409, 8519, 'conflict'],
  [412, 8583, 'conflict'],
  [409, 0, 'conflict'],
  [412, 0, 'conflict'],
  [429, 8516, 'throttled'],
  [400, 8530, 'throttled'],
  [403, 8589, 'throttled'],
  [429, 0, 'throttled'],
  [429, 8529, 'barred'],
  [403, 8529, 'barred'],
  [400, 8523, 'other'],
  [403, 7508, 'other'],
  [405, 8522, 'other'],
  [410, 0, 'other'],
  [0, 0, 'other'],
  [408, 0, 'other', true],
  [500, 9999, 'other', true],
  [502, 0, 'other', true],
  [503, 0, 'other', true],
  [400, 9001, 'other', true],
  [400, 9002, 'other', true],
  [501, 0, 'other'],
  [505, 0, 'other'],
];

for (const [status, subCode, means, mayBeDone = false] of ANSWERS) {
  test(`${status}/${subCode} to a request is ${means}${mayBeDone ? ', and may have been carried out' : ''}`, () => {
    const read = refusal({ status, subCode });
    assert.equal([read.means, read.mayBeDone], [means, mayBeDone]);
  });
}

test('no HTTP status to a createCall says anything of the line of the member', () => {
  for (let status = 400; status < 700; status += 1) {
    for (const subCode of [0, 7508, 7606, 8500, 8522, 8523, 511404, 511532, 531004, 999]) {
      assert.is(refusal({ status, subCode }).result, 'provider-failure', `${status}/${subCode}`);
    }
  }
});

test('a createCall that is refused with a word on the line itself is read like the word in a callback', () => {
  for (const [subCode, result] of [
    [8538, 'declined'],
    [8539, 'busy'],
    [8540, 'busy'],
    [8544, 'no-answer'],
    [560404, 'bad-number'],
    [510403, 'network-refused'],
  ] as const) {
    assert.is(refusal({ status: 400, subCode }).result, result);
  }
});

test.run();
