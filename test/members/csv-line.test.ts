import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readMembersCsv } from '../../src/members/csv.ts';
import { headerLine, memberLine } from '../../src/members/csv-line.ts';

test('what was exported is imported as it was, whatever a name looks like', () => {
  const part = fc.constantFrom('=1+2', '+', '-', '@', "'", '"', ',', ';', 'Änn', ' ', "'=");
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const name = parts.join('').trim();
      fc.pre(name !== '');
      const member = { memberId: '-7', phoneNumber: '+12025550123', name, timeZone: 'America/Chicago' };
      const [row] = [...readMembersCsv([Buffer.from(headerLine() + memberLine(member))])];
      assert.equal(row?.member, member);
    }),
  );
});

test('no name begins as a formula does', () => {
  for (const name of ['=cmd()', '+1', '-1', '@x']) {
    const [, , cell = ''] = memberLine({ memberId: 'M-1', phoneNumber: '+12025550123', name }).split(',');
    assert.match(cell, /^"?'/);
  }
});

test.run();
