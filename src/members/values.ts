import type { MemberChange } from '../domain/member/members.ts';
import type { Header } from './header.ts';
import { type NumberLines, numberLines, numberOf } from './number-lines.ts';
import { type Country, isLikely, toE164 } from './phone.ts';
import { type CsvProblem, type CsvProblemCode, type MemberColumn, problem } from './problems.ts';
import { ianaZone } from './time-zones.ts';

type Values = Partial<Record<MemberColumn, string>>;

/** A record: what is to be kept of a member, null when it cannot be, and what is or looks wrong with it. */
export type Row = { readonly member: MemberChange | null; readonly problems: readonly CsvProblem[] };

/** What all records of a file have in common. */
export type Reading = {
  readonly header: Header;
  readonly country: Country | undefined;
  readonly seen: Seen;
  /** Looks that cost, at what may be wrong but is imported all the same. */
  readonly warns: boolean;
};

/** What came before in the file, to find what comes twice: each with its line. */
export type Seen = {
  readonly ids: Map<string, number>;
  /** Ids in small letters, as numbers. */
  readonly folded: NumberLines;
  /** By their digits. */
  readonly numbers: NumberLines;
};

export const nothingSeen = (): Seen => ({ ids: new Map(), folded: numberLines(), numbers: numberLines() });

/** The member of a record's values. */
export function rowOf(cells: readonly string[], line: number, reading: Reading): Row {
  const { header } = reading;
  const hasMore = cells.some((cell, index) => cell !== '' && (header[index] ?? 'unnamed') === 'unnamed');
  if (hasMore) return { member: null, problems: [problem('TOO_MANY_COLUMNS', { line })] };
  const values: Values = {};
  for (const [index, column] of header.entries()) {
    if (column !== 'unnamed' && column !== 'left-out') values[column] = unescaped(cells[index] ?? '');
  }
  const problems: CsvProblem[] = [];
  const bad = (column: MemberColumn, code: CsvProblemCode, otherLine?: number): void => {
    problems.push(problem(code, { line, column, ...(otherLine !== undefined && { otherLine }) }));
  };
  const memberId = readId(values.memberId ?? '', line, reading, bad);
  const phoneNumber = readNumber(values.phoneNumber ?? '', line, reading, bad);
  const name = readName(values.name, bad);
  const timeZone = readZone(values.timeZone, bad);
  if (memberId === null || phoneNumber === null || problems.some(({ isWarning }) => !isWarning))
    return { member: null, problems };
  const member = {
    memberId,
    phoneNumber,
    ...(name !== undefined && { name }),
    ...(timeZone !== undefined && { timeZone }),
  };
  return { member, problems };
}

type Bad = (column: MemberColumn, code: CsvProblemCode, otherLine?: number) => void;

/** Without the apostrophe that keeps a spreadsheet program from taking a value for a formula. */
function unescaped(cell: string): string {
  return /^'+[=+\-@\t]/.test(cell) ? cell.slice(1) : cell;
}

function readId(text: string, line: number, { seen: { ids, folded }, warns }: Reading, bad: Bad): string | null {
  if (text === '') {
    bad('memberId', 'MISSING_VALUE');
    return null;
  }
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(text)) {
    bad('memberId', 'BAD_MEMBER_ID');
    return null;
  }
  const before = ids.get(text);
  if (before !== undefined && before !== line) {
    bad('memberId', 'DUPLICATE_MEMBER_ID', before);
    return null;
  }
  if (!warns) return text;
  const memberId = ownText(text);
  ids.set(memberId, line);
  const similar = folded.first(numberOf(memberId.toLowerCase()), line);
  if (similar !== undefined) bad('memberId', 'SIMILAR_MEMBER_ID', similar);
  return memberId;
}

function readNumber(text: string, line: number, { country, seen, warns }: Reading, bad: Bad): string | null {
  if (text === '') {
    bad('phoneNumber', 'MISSING_VALUE');
    return null;
  }
  const phoneNumber = toE164(text, country);
  if (phoneNumber === null) {
    bad('phoneNumber', 'BAD_PHONE_NUMBER');
    return null;
  }
  if (!warns) return phoneNumber;
  const before = seen.numbers.first(Number(phoneNumber.slice(1)), line);
  if (before !== undefined) bad('phoneNumber', 'SAME_PHONE_NUMBER', before);
  if (!isLikely(phoneNumber)) bad('phoneNumber', 'UNLIKELY_PHONE_NUMBER');
  return phoneNumber;
}

/** Undefined: there is no such column. Null: nothing stands there. A name is one line, also where a cell has several. */
function readName(text: string | undefined, bad: Bad): string | null | undefined {
  if (text === undefined) return undefined;
  const name = inOneLine(text);
  if (name === '') return null;
  if (!/^[^\p{Cc}\uFFFD]{1,200}$/u.test(name)) bad('name', 'BAD_NAME');
  return name;
}

/** Not by one expression: where there are many blanks it goes through them once for each. */
function inOneLine(text: string): string {
  const lines = text.split(/[\r\n]+/);
  return lines.length === 1
    ? text
    : lines
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join(' ');
}

function readZone(text: string | undefined, bad: Bad): string | null | undefined {
  if (text === undefined) return undefined;
  if (text === '') return null;
  const zone = ianaZone(text);
  if (zone === null) bad('timeZone', 'UNKNOWN_TIME_ZONE');
  return zone;
}

/** A copy: a part of a text keeps the whole piece of the file in memory. */
function ownText(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
