import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { countryOf, isLikely, toE164 } from '../../src/members/phone.ts';

test('a number with a plus sign is understood as people write it, whatever the country', () => {
  for (const text of ['+12025550123', '+1 (202) 555-0123', '+1.202.555.0123', '\u202A+1 202 555 0123\u202C']) {
    assert.is(toE164(text), '+12025550123', text);
  }
  assert.is(toE164('+49 30 123456'), '+4930123456');
});

test('a national number is understood only where somebody says of which country', () => {
  const table = [
    ['(202) 555-0123', 'US', '+12025550123'],
    ['1-202-555-0123', 'US', '+12025550123'],
    ['202.555.0123', 'CA', '+12025550123'],
    ['030 123456', 'DE', '+4930123456'],
    ['020 7946 0018', 'GB', '+442079460018'],
  ] as const;
  for (const [text, country, expected] of table) {
    assert.is(toE164(text, country), expected, text);
    assert.is(toE164(text), null, text);
  }
});

test('what cannot be dialled is no number: too short, too long, with letters or with an extension', () => {
  for (const text of [
    '',
    '123',
    '5550123',
    '202-555-0123 ext 4',
    '1-800-FLOWERS',
    '+1555010x',
    '+0123456789',
    '++12025550123',
  ]) {
    assert.is(toE164(text, 'US'), null, text);
  }
  for (const text of ['+123456', '+1234567890123456', '15550100123']) assert.is(toE164(text), null, text);
});

test('a number that is E.164 stays as it is, also in a range that nobody knows yet', () => {
  for (const text of ['+1234567', '+123456789012345', '+15550100123']) assert.is(toE164(text, 'US'), text);
  assert.equal([isLikely('+12025550123'), isLikely('+15550100123')], [true, false]);
});

test('countries have two letters', () => {
  assert.equal(['us', 'GB', 'XX', 'USA', ''].map(countryOf), ['US', 'GB', null, null, null]);
});

test.run();
