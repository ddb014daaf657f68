import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseMembersCsv } from '../../src/members/csv.ts';

const HEADER = 'memberId,phoneNumber,name,timeZone';
const PHONE = '+15550100123';

function problemsOf(...lines: string[]): string[] {
  const { problems } = parseMembersCsv([HEADER, ...lines].join('\n'));
  return problems.map(({ line, column, code }) => `${line} ${column ?? '-'} ${code}`);
}

test('reads a plain file', () => {
  const { members, problems } = parseMembersCsv(`${HEADER}\nm-1,${PHONE},Ann,America/Chicago\nm-2,${PHONE},,\n`);
  assert.equal(problems, []);
  assert.equal(members, [
    { memberId: 'm-1', phoneNumber: PHONE, name: 'Ann', timeZone: 'America/Chicago' },
    { memberId: 'm-2', phoneNumber: PHONE },
  ]);
});

test('does not mind case, order, spaces, a byte order mark, CRLF, quotes or blank lines', () => {
  const text = `\uFEFF Time_Zone , "PHONE NUMBER",name,MEMBERID\r\n\r\nUTC,${PHONE},"O'Neil, ""Ann""", m-1 \r\n`;
  const { members, problems } = parseMembersCsv(text);
  assert.equal(problems, []);
  assert.equal(members, [{ memberId: 'm-1', phoneNumber: PHONE, name: `O'Neil, "Ann"`, timeZone: 'UTC' }]);
});

test('needs no more than the two columns, and takes lines that end early', () => {
  assert.equal(parseMembersCsv(`phoneNumber,memberId\n${PHONE},m-1`).members, [
    { memberId: 'm-1', phoneNumber: PHONE },
  ]);
  assert.equal(problemsOf(`m-1,${PHONE}`), []);
});

test('reads no member under a header that is wrong, and says what is', () => {
  const wrong = (header: string): string[] => {
    const { members, problems } = parseMembersCsv(`${header}\nm-1,${PHONE},x,y`);
    assert.equal(members, []);
    return problems.map(({ line, column, code }) => `${line} ${column ?? '-'} ${code}`);
  };
  assert.equal(wrong('memberId,name'), ['1 phoneNumber MISSING_COLUMN']);
  assert.equal(wrong('memberId,phoneNumber,timezon'), ['1 - UNKNOWN_COLUMN']);
  assert.equal(wrong('memberId,phoneNumber,Member_Id'), ['1 memberId DUPLICATE_COLUMN']);
  assert.equal(wrong('"memberId,phoneNumber').length, 2);
  assert.is(parseMembersCsv('').problems.length > 0, true);
});

test('names every bad line, and keeps the good ones', () => {
  const text = [HEADER, `m 1,${PHONE}`, `m-2,${PHONE}`, 'm-3,5550100123', `m-4,${PHONE},Ann,Mars/Olympus`].join('\n');
  const { members, problems } = parseMembersCsv(text);
  assert.equal(members, [{ memberId: 'm-2', phoneNumber: PHONE }]);
  assert.equal(
    problems.map(({ line, column, code }) => [line, column, code]),
    [
      [2, 'memberId', 'BAD_MEMBER_ID'],
      [4, 'phoneNumber', 'BAD_PHONE_NUMBER'],
      [5, 'timeZone', 'UNKNOWN_TIME_ZONE'],
    ],
  );
});

test('reports all problems of one line', () => {
  assert.equal(problemsOf(',abc,,nowhere'), [
    '2 memberId MISSING_VALUE',
    '2 phoneNumber BAD_PHONE_NUMBER',
    '2 timeZone UNKNOWN_TIME_ZONE',
  ]);
  assert.equal(problemsOf('m-1'), ['2 phoneNumber MISSING_VALUE']);
});

test('knows good ids and numbers from bad ones', () => {
  for (const id of ['a', 'A.b_c-9', 'x'.repeat(64)]) assert.equal(problemsOf(`${id},${PHONE}`), [], id);
  for (const id of ['x'.repeat(65), 'a/b', 'é', 'a b', 'a:b']) {
    assert.equal(problemsOf(`${id},${PHONE}`), ['2 memberId BAD_MEMBER_ID'], id);
  }
  for (const number of ['+1234567', '+123456789012345']) assert.equal(problemsOf(`m-1,${number}`), [], number);
  for (const number of ['+123456', '+1234567890123456', '+0123456789', '15550100123', '+1 555 010 0123', '+1555010x']) {
    assert.equal(problemsOf(`m-1,${number}`), ['2 phoneNumber BAD_PHONE_NUMBER'], number);
  }
  for (const zone of ['America/New_York', 'UTC', 'US/Eastern'])
    assert.equal(problemsOf(`m-1,${PHONE},,${zone}`), [], zone);
  for (const zone of ['+05:00', 'New York', 'EDT5']) {
    assert.equal(problemsOf(`m-1,${PHONE},,${zone}`), ['2 timeZone UNKNOWN_TIME_ZONE'], zone);
  }
});

test('names the line where a repeated id stood first', () => {
  const { members, problems } = parseMembersCsv(`${HEADER}\nm-1,${PHONE}\n\nm-1,${PHONE}\nm-1,x`);
  assert.is(members.length, 1);
  assert.equal(
    problems.map(({ line, code }) => `${line} ${code}`),
    ['4 DUPLICATE_MEMBER_ID', '5 DUPLICATE_MEMBER_ID', '5 BAD_PHONE_NUMBER'],
  );
  assert.match(problems[0]?.message ?? '', 'line 2');
});

test('lets a broken quote spoil its own line only', () => {
  const lines = [`m-1,${PHONE},"Ann`, `m-2,${PHONE},A"n"n`, `m-3,${PHONE},"Ann"x`, `m-4,${PHONE},"Ann"`];
  assert.equal(problemsOf(...lines), ['2 - BAD_QUOTES', '3 - BAD_QUOTES', '4 - BAD_QUOTES']);
});

test('notices a comma too many, and a name that was not UTF-8', () => {
  assert.equal(problemsOf(`m-1,${PHONE},Smith, Ann,UTC`), ['2 - TOO_MANY_COLUMNS']);
  assert.equal(problemsOf(`m-1,${PHONE},Ren\uFFFD,UTC`), ['2 name BAD_NAME']);
});

test('never says what stood in the file', () => {
  const canary = fc.constantFrom('+15550109999', 'Canary', '"Canary', 'Ca"nary', '+1 555 010 9999', '');
  const line = fc.array(canary, { maxLength: 6 }).map((fields) => fields.join(','));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), fc.boolean(), (lines, withHeader) => {
      const { problems } = parseMembersCsv((withHeader ? [HEADER, ...lines] : lines).join('\n'));
      assert.not.match(JSON.stringify(problems), /anary|5550109999|555 010/);
    }),
  );
});

test.run();
