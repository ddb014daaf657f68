import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MemberChange } from '../../src/domain/member/members.ts';
import { type CsvOptions, readMembersCsv } from '../../src/members/csv.ts';
import type { CsvProblem } from '../../src/members/problems.ts';

const HEADER = 'memberId,phoneNumber,name,timeZone';
/** In a range that is in use, so that nothing is warned of. */
const PHONE = '+12025550123';

type Read = { readonly members: readonly MemberChange[]; readonly problems: readonly CsvProblem[] };

function read(file: string | Buffer, options: CsvOptions = {}, piece = 1_000_000): Read {
  const bytes = Buffer.from(file as string);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += piece) pieces.push(bytes.subarray(at, at + piece));
  const rows = [...readMembersCsv(pieces, options)];
  return {
    members: rows.flatMap(({ member }) => (member ? [member] : [])),
    problems: rows.flatMap(({ problems }) => problems),
  };
}

const short = ({ problems }: Read): string[] =>
  problems.map(({ line, column, code }) => `${line} ${column ?? '-'} ${code}`);

/** What is wrong with lines under a whole header; numbers that come twice are another matter. */
const wrong = (...lines: string[]): string[] =>
  short(read([HEADER, ...lines].join('\n'))).filter((one) => !one.endsWith('SAME_PHONE_NUMBER'));

const ids = ({ members }: Read): string[] => members.map(({ memberId }) => memberId);

test('reads a plain file; what an empty cell stands for is known to be nothing', () => {
  const { members, problems } = read(`${HEADER}\nm-1,${PHONE},Ann,America/Chicago\nm-2,+12025550124,,\n`);
  assert.equal(problems, []);
  assert.equal(members, [
    { memberId: 'm-1', phoneNumber: PHONE, name: 'Ann', timeZone: 'America/Chicago' },
    { memberId: 'm-2', phoneNumber: '+12025550124', name: null, timeZone: null },
  ]);
});

test('of a column that the file does not have nothing is said', () => {
  assert.equal(read(`phoneNumber,memberId\n${PHONE},m-1`).members, [{ memberId: 'm-1', phoneNumber: PHONE }]);
  assert.equal(read(`phoneNumber,memberId,name\n${PHONE},m-1`).members, [
    { memberId: 'm-1', phoneNumber: PHONE, name: null },
  ]);
});

test('does not mind case, order, spaces, CRLF, quotes or blank lines', () => {
  const text = ` Time_Zone , "PHONE NUMBER",name,MEMBERID\r\n\r\nUTC,${PHONE},"O'Neil, ""Ann""", m-1 \r\n`;
  assert.equal(read(text), {
    members: [{ memberId: 'm-1', phoneNumber: PHONE, name: `O'Neil, "Ann"`, timeZone: 'UTC' }],
    problems: [],
  });
});

test('a line break inside quotes belongs to its value, and what stands behind it is no member', () => {
  for (const lineBreak of ['\n', '\r\n', '\r']) {
    const text = [HEADER, `m-1,${PHONE},"Ann,`, 'OLD-7,+12025550107', 'end",UTC', 'm-2,+12025550124,,'].join(lineBreak);
    for (const piece of [1, 7, 1_000]) {
      const { members, problems } = read(text, {}, piece);
      assert.equal(problems, []);
      assert.equal(
        members.map(({ memberId, name }) => [memberId, name]),
        [
          ['m-1', 'Ann, OLD-7,+12025550107 end'],
          ['m-2', null],
        ],
      );
    }
  }
});

test('whatever a name holds between its quotes makes no member of its own', () => {
  const part = fc.constantFrom('\n', '\r\n', '\r', ',', '""', 'X-9,+12025550199', ' ', 'Ann');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), (parts, piece) => {
      const found = read(`${HEADER}\nm-1,${PHONE},"${parts.join('')}",UTC\nm-2,+12025550124,,\n`, {}, piece);
      assert.equal(
        ids(found).filter((id) => id !== 'm-1'),
        ['m-2'],
      );
    }),
  );
});

test('marks that do not fit spoil their record; one that is never closed all that follows', () => {
  assert.equal(wrong(`m-1,${PHONE},A"n"n`, `m-2,${PHONE},"Ann"x`, `m-3,${PHONE},5" Ann`, `m-4,${PHONE},"Ann"`), [
    '2 - BAD_QUOTES',
    '3 - BAD_QUOTES',
    '4 - BAD_QUOTES',
  ]);
  assert.equal(wrong(`m-1,${PHONE},"Ann`, `m-2,${PHONE},`, `m-3,${PHONE},`), ['2 - BAD_QUOTES']);
  assert.equal(wrong(`m-1,${PHONE},"Ann"x "`, `OLD-7,${PHONE},`, 'y"', `m-2,${PHONE},`), ['2 - BAD_QUOTES']);
});

test('rows of empty cells are blank, and columns without a name that hold nothing are none', () => {
  const text = `,,,,\n${HEADER},,\nm-1,${PHONE},Ann,UTC,,\n,,,,,\n ; ,\nm-2,+12025550124,,,,,,,\n,,\n`;
  const found = read(text.replace(' ; ,\n', ' , ,\n'));
  assert.equal([ids(found), found.problems], [['m-1', 'm-2'], []]);
  assert.equal(short(read(`memberId,,phoneNumber\nm-1,,${PHONE}\nm-2,x,${PHONE}`)), ['3 - TOO_MANY_COLUMNS']);
  assert.equal(wrong(`m-1,${PHONE},Smith, Ann,UTC`), ['2 - TOO_MANY_COLUMNS']);
});

test('encoding and separator are recognised', () => {
  const bom = (charset: 'utf8' | 'utf16le', text: string): Buffer => Buffer.from(`\uFEFF${text}`, charset);
  for (const separator of [',', ';', '\t', '|']) {
    const text = `${HEADER}\r\nm-1,${PHONE},Änn 漢,UTC\r\n`.replaceAll(',', separator);
    const wide = Buffer.from(text, 'utf16le');
    const files = [Buffer.from(text), bom('utf8', text), bom('utf16le', text), bom('utf16le', text).swap16()];
    for (const [index, file] of [...files, wide, Buffer.from(wide).swap16()].entries()) {
      for (const piece of [3, 1_000]) {
        const name = `${index} ${JSON.stringify(separator)} ${piece}`;
        if (piece === 3 && index > 3) continue;
        const expected = [{ memberId: 'm-1', phoneNumber: PHONE, name: 'Änn 漢', timeZone: 'UTC' }];
        assert.equal(read(file, {}, piece), { members: expected, problems: [] }, name);
      }
    }
  }
  assert.equal(ids(read(`sep=;\nmemberId;phoneNumber\nm-1;${PHONE}`)), ['m-1']);
});

test('what is no CSV file is named, with what to do', () => {
  const files: [Buffer, RegExp][] = [
    [Buffer.from('PK\u0003\u0004rest'), /spreadsheet.*CSV UTF-8/],
    [Buffer.from('d0cf11e0a1b11ae1', 'hex'), /spreadsheet.*CSV UTF-8/],
    [Buffer.from('1f8b0800', 'hex'), /unpack/],
    [Buffer.from('%PDF-1.7'), /PDF/],
    [Buffer.from('fffe00006d000000', 'hex'), /UTF-32/],
    [Buffer.from('m\0\0\0e\0\0\0', 'latin1'), /zero/],
  ];
  for (const [file, words] of files) {
    const { members, problems } = read(file);
    assert.equal([members.length, problems.length, problems[0]?.code], [0, 1, 'NOT_CSV']);
    assert.match(problems[0]?.message ?? '', words);
  }
  assert.equal(wrong(`m-1,${PHONE},Ren\uFFFD,UTC`), ['2 name BAD_NAME']);
  assert.equal(short(read(Buffer.from(`memberId,phoneNumber,name\nm-1,${PHONE},Ren\xe9`, 'latin1'))), [
    '2 name BAD_NAME',
  ]);
});

test('a file without a header, without members or with a wrong header gives no members, and says why', () => {
  const cases: [string, string[]][] = [
    ['', ['1 - EMPTY']],
    ['\n , ,\n', ['1 - EMPTY']],
    [`${HEADER}\n,,,\n`, ['1 - EMPTY']],
    [`m-1,${PHONE},Ann\nm-2,${PHONE},Bob\n`, ['1 - NO_HEADER']],
    ['m-1;(202) 555-0123\n', ['1 - NO_HEADER']],
    [`memberId,name\nm-1,${PHONE}`, ['1 phoneNumber MISSING_COLUMN']],
    [`memberId,phoneNumber,timezon\nm-1,${PHONE},UTC`, ['1 - UNKNOWN_COLUMN']],
    [`memberId,phoneNumber,Member_Id\nm-1,${PHONE},m-1`, ['1 memberId DUPLICATE_COLUMN']],
    [`"memberId,phoneNumber\nm-1,${PHONE}`, ['1 - BAD_QUOTES']],
  ];
  for (const [file, expected] of cases) assert.equal([ids(read(file)), short(read(file))], [[], expected], file);
});

test('columns are called otherwise, or left out, where somebody says so', () => {
  const file = `Member No;Phone;Plan;DOB\nm-1;${PHONE};gold;1950-01-01\n`;
  const map = { memberId: 'member no', phoneNumber: 'Phone' };
  assert.equal(read(file, { map, ignore: ['Plan', 'dob'] }), {
    members: [{ memberId: 'm-1', phoneNumber: PHONE }],
    problems: [],
  });
  assert.equal(short(read(file, { map, ignore: ['Plan'] })), ['1 - UNKNOWN_COLUMN']);
  assert.equal(short(read(`memberId,phoneNumber\nm-1,${PHONE}`, { map: { name: 'Full Name' } })), [
    '1 name MISSING_COLUMN',
  ]);
});

test('a record without end, or a header of a million columns, stops the reading at once', () => {
  let asked = 0;
  const endless: Iterable<Buffer> = {
    *[Symbol.iterator]() {
      for (;;) {
        asked += 1;
        yield Buffer.from('memberId,phoneNumber,'.repeat(1_000));
      }
    },
  };
  const rows = [...readMembersCsv(endless)];
  assert.equal(
    rows.flatMap(({ problems }) => problems.map(({ code }) => code)),
    ['TOO_LONG'],
  );
  assert.ok(asked < 20, `${asked} pieces`);
  assert.equal(short(read(`${'a,'.repeat(1_000_000)}\nm-1,${PHONE}\n`)), ['1 - TOO_LONG']);
  assert.equal(short(read(`${HEADER}\nm-1,${PHONE},"${'a\n'.repeat(100_000)}`)), ['2 - TOO_LONG']);
});

test('names every bad record by the line where it begins, all of its problems, and keeps the good ones', () => {
  const text = [
    HEADER,
    `m 1,${PHONE}`,
    'm-2,+12025550124',
    'm-3,5550100123',
    `m-4,${PHONE},Ann,Mars/Olympus`,
    ',abc,,nowhere',
    'm-5',
  ];
  const found = read(text.join('\n'));
  assert.equal(ids(found), ['m-2']);
  assert.equal(
    short(found).filter((one) => !one.endsWith('SAME_PHONE_NUMBER')),
    [
      '2 memberId BAD_MEMBER_ID',
      '4 phoneNumber BAD_PHONE_NUMBER',
      '5 timeZone UNKNOWN_TIME_ZONE',
      '6 memberId MISSING_VALUE',
      '6 phoneNumber BAD_PHONE_NUMBER',
      '6 timeZone UNKNOWN_TIME_ZONE',
      '7 phoneNumber MISSING_VALUE',
    ],
  );
});

test('a name that stands on several lines of its cell is one line; blanks within a line stay', () => {
  const names = [' \n Ann \r\n\n\t Marie\rLee', 'Ann  Marie'];
  const { members } = read(
    `memberId,phoneNumber,name\n${names.map((name, n) => `m-${n},${PHONE},"${name}"`).join('\n')}`,
  );
  assert.equal(
    members.map(({ name }) => name),
    ['Ann Marie Lee', 'Ann  Marie'],
  );
});

test('knows good ids from bad ones', () => {
  for (const id of ['a', 'A.b_c-9', 'x'.repeat(64)]) assert.equal(wrong(`${id},${PHONE}`), [], id);
  for (const id of ['x'.repeat(65), 'a/b', 'é', 'a b', 'a:b', '=a']) {
    assert.equal(wrong(`${id},${PHONE}`), ['2 memberId BAD_MEMBER_ID'], id);
  }
});

test('names the first line of an id that comes twice; ids and numbers that are merely alike are warned of', () => {
  const { members, problems } = read(
    `${HEADER}\nm-1,${PHONE}\n\nm-1,+12025550124\nM-1,+12025550125\nm-2,${PHONE}\nm-3,+15550100123\n`,
  );
  assert.equal(
    members.map(({ memberId }) => memberId),
    ['m-1', 'M-1', 'm-2', 'm-3'],
  );
  assert.equal(
    problems.map(({ line, code, isWarning, otherLine }) => [line, code, isWarning, otherLine]),
    [
      [4, 'DUPLICATE_MEMBER_ID', false, 2],
      [5, 'SIMILAR_MEMBER_ID', true, 2],
      [6, 'SAME_PHONE_NUMBER', true, 2],
      [7, 'UNLIKELY_PHONE_NUMBER', true, undefined],
    ],
  );
});

test('of many thousands of ids and numbers none is taken for another', () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => `M-${n},+1202${5_550_000 + n}`);
  const { members, problems } = read(`memberId,phoneNumber\n${lines.join('\n')}\nm-777,+12025550777\n`);
  assert.is(members.length, 20_001);
  assert.equal(
    problems.filter(({ code }) => code !== 'UNLIKELY_PHONE_NUMBER').map(({ code, otherLine }) => [code, otherLine]),
    [
      ['SIMILAR_MEMBER_ID', 779],
      ['SAME_PHONE_NUMBER', 779],
    ],
  );
});

test('a value that was kept from being taken for a formula is the value', () => {
  const [member] = read(`${HEADER}\nm-1,'${PHONE},'=Ann,UTC\n`).members;
  assert.equal([member?.phoneNumber, member?.name], [PHONE, '=Ann']);
});

test('never says what stood in the file', () => {
  const canary = fc.constantFrom('+15550109999', 'Canary', '"Canary', 'Ca"nary', '+1 555 010 9999', '', '"\n', ';');
  const line = fc.array(canary, { maxLength: 6 }).map((fields) => fields.join(','));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), fc.boolean(), (lines, withHeader) => {
      const { problems } = read((withHeader ? [HEADER, ...lines] : lines).join('\n'));
      assert.not.match(JSON.stringify(problems), /anary|5550109999|555 010/);
    }),
  );
});

test.run();
