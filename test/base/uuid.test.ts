import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { foldUuid } from '../../src/base/uuid.ts';

const test = suite('ids as people give them');

test('a UUID is the same in any case', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.array(fc.boolean(), { minLength: 36, maxLength: 36 }), (id, capitals) => {
      const given = [...id].map((digit, index) => (capitals[index] ? digit.toUpperCase() : digit)).join('');
      assert.is(foldUuid(given), id);
    }),
  );
});

test('what is no UUID stays as it came', () => {
  for (const id of [
    'M-1001',
    'ABCDEF',
    'aHR0cHM6Ly9',
    '019AB000-0000-7000-8000-00000000000G',
    '{019AB000-0000-7000}',
    '',
  ])
    assert.is(foldUuid(id), id);
});

test.run();
