import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ScopeAsked, scopeOf, withholdOf } from '../../../src/audit/export/asked.ts';
import { callId } from './rig.ts';

const test = suite('what is asked to be exported');
const NOW = Date.parse('2026-03-02T16:00:00.000Z');

test('one call, one member, or a period', () => {
  const callSessionId = callId(1);
  assert.equal(scopeOf({ callSessionId }, NOW), { is: 'call', callSessionId });
  assert.equal(scopeOf({ callSessionId: callSessionId.toUpperCase() }, NOW), { is: 'call', callSessionId });
  assert.equal(scopeOf({ memberId: 'M-1' }, NOW), { is: 'member', memberId: 'M-1' });
  const period = { is: 'period', from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T12:30:00.000Z' };
  assert.equal(scopeOf({ from: '2026-03-01', to: '2026-03-02T13:30:00+01:00' }, NOW), period);
});

test('a period without a beginning begins with the log, one without an end ends now', () => {
  const [beginning, now] = ['1970-01-01T00:00:00.000Z', '2026-03-02T16:00:00.000Z'];
  assert.equal(scopeOf({ from: '2026-03-02' }, NOW), { is: 'period', from: '2026-03-02T00:00:00.000Z', to: now });
  assert.equal(scopeOf({ to: '2026-03-02' }, NOW), { is: 'period', from: beginning, to: '2026-03-02T00:00:00.000Z' });
});

test('an entry is withheld whichever case the id of its call is given in', () => {
  const reason = 'a test';
  const [entry, other] = [`${callId(1)}/3`, 'questionnaire:AB/1'];
  const asked = [entry.toUpperCase(), entry, 'InitiateCall', other].map((entries) => ({ entries, reason }));
  assert.equal(
    withholdOf(asked).map(({ entries }) => entries),
    [entry, entry, 'InitiateCall', other],
  );
});

test('a huge period is one', () => {
  const asked = scopeOf({ from: '0001-01-01', to: '9999-12-31' }, NOW);
  assert.equal(asked, { is: 'period', from: '0001-01-01T00:00:00.000Z', to: '9999-12-31T00:00:00.000Z' });
});

const WHICH = 'say what to export: one call, one member, or a period';
const REVERSED = 'the period ends before it begins';
const TIMES = 'from and to take ISO 8601 times';

const REFUSED: readonly (readonly [asked: ScopeAsked, words: string])[] = [
  [{}, WHICH],
  [{ callSessionId: callId(1), memberId: 'M-1' }, WHICH],
  [{ memberId: 'M-1', from: '2026-03-01' }, WHICH],
  [{ from: '2026-03-02', to: '2026-03-01' }, REVERSED],
  [{ from: '2026-03-02', to: '2026-03-02' }, REVERSED],
  [{ from: '2027-01-01' }, REVERSED],
  [{ from: 'yesterday' }, TIMES],
  [{ to: '2026-99-99' }, TIMES],
  [{ from: '' }, TIMES],
  [{ callSessionId: 'member:M-1' }, 'callSessionId takes the id of a call'],
  [{ memberId: 'M 1' }, 'memberId takes the id of a member'],
];

for (const [asked, words] of REFUSED) {
  test(`${JSON.stringify(asked)}: ${words}`, () => {
    assert.is(scopeOf(asked, NOW), words);
  });
}

test.run();
