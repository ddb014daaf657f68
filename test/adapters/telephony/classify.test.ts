import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { classify } from '../../../src/adapters/telephony/classify.ts';
import { SENT_TYPES } from '../../../src/domain/call/bodies.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const MEDIA = SENT_TYPES.filter((type) => type !== 'PlaceCall');

function answered(statusCode: number, code?: unknown, headers: Record<string, string> = {}) {
  return { name: 'RestError', statusCode, code, response: { headers: { get: (name: string) => headers[name] } } };
}

test('a server error is unknown for PlaceCall and transient for everything else', () => {
  for (const status of [408, 500, 502, 503, 504, 599]) {
    assert.equal(classify(answered(status), 'PlaceCall', NOW), { type: 'Unknown', reason: 'server-error' });
    for (const type of MEDIA) {
      assert.equal(classify(answered(status), type, NOW), { type: 'Rejected', status, subCode: 0, transient: true });
    }
  }
});

test('a 503 may have been carried out, also one that says when to come back', () => {
  const outcome = classify(answered(503, '9999', { 'retry-after': '5' }), 'PlaceCall', NOW);
  assert.equal(outcome, { type: 'Unknown', reason: 'server-error', retryAfterMs: 5_000 });
});

test('what the server does not implement will not work later', () => {
  for (const status of [501, 505]) {
    assert.equal(classify(answered(status), 'PlaceCall', NOW), {
      type: 'Rejected',
      status,
      subCode: 0,
      transient: false,
    });
  }
});

test('a call that is not established yet is worth another try, other client errors are not', () => {
  for (const type of SENT_TYPES) {
    const early = classify(answered(400, '8501'), type, NOW);
    assert.equal(early, { type: 'Rejected', status: 400, subCode: 8501, transient: true });
    for (const [status, subCode] of [
      [400, 8523],
      [401, 7509],
      [403, 7504],
      [404, 8522],
      [405, 8520],
      [409, 8519],
      [412, 8583],
    ] as const) {
      const final = classify(answered(status, String(subCode)), type, NOW);
      assert.equal(final, { type: 'Rejected', status, subCode, transient: false });
    }
  }
});

test('the wait is understood in every form in which it is sent', () => {
  const forms: readonly [Record<string, string>, number | undefined][] = [
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': 'Sun, 01 Mar 2026 10:00:09 GMT' }, 9_000],
    [{ 'retry-after': 'Sun, 01 Mar 2026 09:00:00 GMT' }, 0],
    [{ 'retry-after-ms': '250', 'retry-after': '1' }, 250],
    [{ 'x-ms-retry-after-ms': '300', 'retry-after': '1' }, 300],
    [{ 'retry-after': '99999999' }, 3_600_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{}, undefined],
  ];
  for (const [headers, wait] of forms) {
    const outcome = classify(answered(429, '8516', headers), 'PlaceCall', NOW);
    assert.ok(outcome.type === 'Rejected' && outcome.transient);
    assert.is(outcome.retryAfterMs, wait, JSON.stringify(headers));
  }
});

test('a sub-code that is not a number is none', () => {
  for (const code of ['Unauthorized', '', '12345678901', '8.5', 8522, null, undefined]) {
    assert.equal(classify(answered(403, code), 'HangUp', NOW), {
      type: 'Rejected',
      status: 403,
      subCode: 0,
      transient: false,
    });
  }
});

test('only errors that come before the first byte count as never sent', () => {
  const error = (code: string, message: string) => ({ name: 'RestError', code, message });
  const unsent = { type: 'Rejected', status: 0, subCode: 0, transient: true };
  for (const code of [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ENETUNREACH',
    'EHOSTUNREACH',
    'EMFILE',
    'ENFILE',
    'ETIMEDOUT',
  ]) {
    assert.equal(classify(error(code, `connect ${code} 10.0.0.1:443`), 'PlaceCall', NOW), unsent);
  }
  const lost = { type: 'Unknown', reason: 'connection-lost' };
  for (const [code, message] of [
    ['ECONNRESET', 'socket hang up'],
    ['ECONNRESET', 'read ECONNRESET'],
    ['EPIPE', 'write EPIPE'],
    ['ETIMEDOUT', 'read ETIMEDOUT'],
    ['ETIMEDOUT', ''],
    ['EHOSTUNREACH', 'read EHOSTUNREACH'],
    ['PARSE_ERROR', 'Error reading response as text: aborted'],
    ['HPE_INVALID_CONSTANT', 'Parse Error: Expected HTTP/'],
  ] as const) {
    assert.equal(classify(error(code, message), 'PlaceCall', NOW), lost, message);
  }
});

test('whatever is thrown, there is an outcome, and never a rejection that the provider did not speak', () => {
  const thrown = fc.anything({ withNullPrototype: true });
  fc.assert(
    fc.property(thrown, fc.constantFrom(...SENT_TYPES), (error, type) => {
      const outcome = classify(error, type, NOW);
      assert.ok(['Unknown', 'Rejected', 'Accepted'].includes(outcome.type));
    }),
  );
  for (const error of ['callConnectionId is missing', undefined, null, 5, new TypeError('x'), {}]) {
    assert.equal(classify(error, 'PlaceCall', NOW), { type: 'Unknown', reason: 'server-error' });
  }
});

test.run();
