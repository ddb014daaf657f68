import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SECOND_READING } from '../../../../src/adapters/telephony/reading/second.ts';
import { CODES } from './codes.ts';

type Details = Readonly<Record<string, unknown>>;

function ended(name: string, resultInformation: unknown) {
  const data = { callConnectionId: 'leg', ...(resultInformation === undefined ? {} : { resultInformation }) };
  const said = SECOND_READING.callback(`Microsoft.Communication.${name}`, data);
  assert.ok(said.name === 'ended');
  return said.end;
}

const failed = (resultInformation: unknown) => ended('CreateCallFailed', resultInformation);

for (const [code, subCode, result, wayOfEnding] of CODES) {
  test(`${code}/${subCode} is ${result}${wayOfEnding === 'ordinary' ? '' : ', and no hanging up'}`, () => {
    for (const name of ['CreateCallFailed', 'CallDisconnected']) {
      const end = ended(name, { code, subCode, message: '' });
      assert.is(end.result, result);
      assert.is(end.hungUp, wayOfEnding === 'ordinary' ? 'if-answered' : 'never');
    }
  });
}

test('numbers as text are read', () => {
  for (const [code, subCode, result] of CODES) {
    assert.is(failed({ code: `${code}`, subCode: `${subCode}` }).result, result, `${code}/${subCode}`);
  }
});

test('nothing said is not "ended well"', () => {
  const nothing = [undefined, null, {}, [], 'x', 7, { code: null }, { code: 'x', subCode: {} }, { message: 'gone' }];
  for (const said of nothing) {
    for (const name of ['CreateCallFailed', 'CallDisconnected']) {
      assert.equal(ended(name, said), { result: 'unknown', hungUp: 'never' }, JSON.stringify(said));
    }
  }
});

test('a sub-code alone says what it says, and a code alone counts as one without a sub-code', () => {
  assert.is(failed({ subCode: 560486 }).result, 'busy');
  assert.is(failed({ code: 486 }).result, 'busy');
  assert.equal(failed({ code: 200 }), { result: 'ended', hungUp: 'if-answered' });
});

test("no answer of ACS's own API is taken for a carrier's word: a bare 4xx or 5xx blames no line but for those that ACS documents", () => {
  const ofTheLine = new Set([404, 408, 480, 484, 486, 487]);
  for (let code = 400; code < 600; code += 1) {
    if (!ofTheLine.has(code)) assert.is(failed({ code, subCode: 0 }).result, 'provider-failure', `${code}/0`);
  }
});

test("what Microsoft's service generated itself never blames the member's line", () => {
  const ofTheLine = new Set(['busy', 'no-answer', 'bad-number', 'declined', 'blocked']);
  for (const family of [510, 511]) {
    for (let last = 0; last < 1_000; last += 1) {
      const subCode = family * 1_000 + last;
      for (const code of [400, 403, 404, 410, 480, 486, last]) {
        const sipDetails = { code: last, message: '' };
        assert.not.ok(ofTheLine.has(failed({ code, subCode }).result), `${code}/${subCode}`);
        assert.not.ok(
          ofTheLine.has(failed({ code, subCode, sipDetails }).result),
          `${code}/${subCode} with SIP details`,
        );
      }
    }
  }
});

test("the carrier's own word is preferred over the sub-code", () => {
  const by = (code: number, message = ''): Details => ({ code: 500, subCode: 560503, sipDetails: { code, message } });
  assert.is(failed(by(486, 'Busy Here')).result, 'busy');
  assert.is(failed(by(404)).result, 'bad-number');
  // A code that says nothing of the line leaves it to the sub-code.
  assert.is(failed(by(200)).result, 'provider-failure');
});

test('603 is a decline only when the carrier says so, and not where its words speak of a network or a block', () => {
  const by = (message: string): Details => ({ code: 603, subCode: 560603, sipDetails: { code: 603, message } });
  assert.is(failed(by('Decline')).result, 'declined');
  assert.is(failed(by('')).result, 'declined');
  for (const words of ['Network Blocked', 'network blocked', 'Blocked by analytics', 'NETWORK']) {
    assert.is(failed(by(words)).result, 'network-refused', words);
  }
  assert.is(failed({ code: 603, subCode: 560603 }).result, 'network-refused');
});

test('a pair that nobody has written down is unknown, not a guess', () => {
  for (const [code, subCode] of [
    [200, 123456],
    [0, 999],
    [486, 999],
    [404, 999],
    [300, 0],
    [699, 0],
  ]) {
    assert.is(failed({ code, subCode }).result, 'unknown', `${code}/${subCode}`);
  }
});

test.run();
