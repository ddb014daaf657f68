import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fieldsOf, isSought, soughtBy } from '../../../src/domain/member/search.ts';

const test = suite('whom people look for');

const ZOE = { memberId: 'M-1', phoneNumber: '+12025550143', name: 'Zoë O’Neil' };

test('a number is found by how it ends, however it is written', () => {
  for (const typed of ['0143', '555-0143', '(202) 555-0143', '+1 202.555.0143', '001 202 555 0143', '0202 5550143']) {
    assert.ok(isSought(ZOE, soughtBy(typed)!), typed);
  }
  assert.is(soughtBy('+49 (0)30 1234567')?.digits, '49301234567');
  for (const typed of ['2025', '0144', '143', '+1 202']) assert.not.ok(isSought(ZOE, soughtBy(typed)!), typed);
});

test('a name is found by how its words begin, in any order, whatever the accents and capitals', () => {
  for (const typed of ['zoë', 'ZOE\u0308', 'zoe', 'NEIL', 'o’n', 'nei zo'])
    assert.ok(isSought(ZOE, soughtBy(typed)!), typed);
  for (const typed of ['oe', 'eil', 'zoe ann', 'zoes']) assert.not.ok(isSought(ZOE, soughtBy(typed)!), typed);
});

test('an id is found by how it begins', () => {
  assert.ok(isSought(ZOE, soughtBy('m-')!));
  assert.not.ok(isSought(ZOE, soughtBy('-1')!));
});

test('what is too short or too long, or no one line, is not looked for', () => {
  for (const typed of ['', ' ', 'a', ' a ', 'a\nb', 'x'.repeat(101)]) assert.is(soughtBy(typed), null, typed);
});

test('the log is told which fields are searched, and a number only where there is one', () => {
  assert.equal(fieldsOf(soughtBy('Ann 7')!), ['memberId', 'name']);
  assert.equal(fieldsOf(soughtBy('0143')!), ['memberId', 'name', 'phoneNumber']);
  assert.equal(fieldsOf(soughtBy('M-')!), ['memberId']);
});

test.run();
