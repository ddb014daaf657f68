import { parse } from 'csv-parse/sync';
import type { Member } from '../domain/member/members.ts';
import { isE164 } from '../domain/member/phone-number.ts';

/** The columns of the file; the first two are needed. */
const COLUMNS = ['memberId', 'phoneNumber', 'name', 'timeZone'] as const;

type MemberColumn = (typeof COLUMNS)[number];

/** What is wrong with a line. The message says which column and why, and never what stood there. */
export type CsvProblem = {
  /** 1 is the header. */
  readonly line: number;
  readonly column?: MemberColumn;
  readonly code: CsvProblemCode;
  readonly message: string;
};

type CsvProblemCode =
  | 'MISSING_COLUMN'
  | 'UNKNOWN_COLUMN'
  | 'DUPLICATE_COLUMN'
  | 'TOO_MANY_COLUMNS'
  | 'BAD_QUOTES'
  | 'MISSING_VALUE'
  | 'BAD_MEMBER_ID'
  | 'BAD_PHONE_NUMBER'
  | 'BAD_NAME'
  | 'UNKNOWN_TIME_ZONE'
  | 'DUPLICATE_MEMBER_ID';

/** The members of the good lines, and every problem of the others in the order of the file. */
type MembersCsv = { readonly members: readonly Member[]; readonly problems: readonly CsvProblem[] };

type Header = readonly (MemberColumn | null)[];
type Values = Readonly<Partial<Record<MemberColumn, string>>>;

/**
 * Reads members from the text of a CSV file whose first line names the columns: memberId, phoneNumber and, as you like,
 * name and timeZone, in any order and spelling of upper and lower case. A header that is wrong gives no members.
 */
export function parseMembersCsv(text: string): MembersCsv {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const headerFields = fieldsOf(lines[0] ?? '') ?? [];
  const header = headerFields.map(columnOf);
  const inHeader = headerProblems(header);
  if (inHeader.length > 0) return { members: [], problems: inHeader };
  const members: Member[] = [];
  const problems: CsvProblem[] = [];
  const firstLines = new Map<string, number>();
  for (const [index, text] of lines.entries()) {
    if (index === 0 || text.trim() === '') continue;
    const found = memberOf(text, index + 1, header, firstLines);
    if (Array.isArray(found)) problems.push(...found);
    else members.push(found);
  }
  return { members, problems };
}

/**
 * One line at a time: a member's fields have no line breaks, and so a quote that is never closed spoils one line and
 * not the rest of the file. Null when the quotes do not fit.
 */
function fieldsOf(line: string): string[] | null {
  if (!line.includes('"')) return line.split(',').map((field) => field.trim());
  try {
    return parse(line, { trim: true, relax_column_count: true })[0] ?? [];
  } catch {
    // What the parser has to say quotes the line.
    return null;
  }
}

function columnOf(field: string): MemberColumn | null {
  const plain = field.toLowerCase().replace(/[\s_-]/g, '');
  return COLUMNS.find((column) => column.toLowerCase() === plain) ?? null;
}

function headerProblems(header: Header): CsvProblem[] {
  const problems: CsvProblem[] = [];
  for (const column of COLUMNS.slice(0, 2)) {
    if (!header.includes(column))
      problems.push({ line: 1, column, code: 'MISSING_COLUMN', message: `no column ${column}` });
  }
  for (const [index, column] of header.entries()) {
    const place = `column ${index + 1}`;
    // Ignoring it would hide a misspelt timeZone, and the member would be called at night.
    const unknown = `${place} is none of ${COLUMNS.join(', ')}`;
    if (column === null) problems.push({ line: 1, code: 'UNKNOWN_COLUMN', message: unknown });
    else if (header.indexOf(column) < index) {
      problems.push({ line: 1, column, code: 'DUPLICATE_COLUMN', message: `${place} is a second ${column}` });
    }
  }
  return problems;
}

function memberOf(text: string, line: number, header: Header, firstLines: Map<string, number>): Member | CsvProblem[] {
  const fields = fieldsOf(text);
  if (!fields)
    return [{ line, code: 'BAD_QUOTES', message: 'a quotation mark is not closed or stands inside a value' }];
  if (fields.length > header.length) {
    const message = `${fields.length} values for ${header.length} columns; quote a value that has a comma in it`;
    return [{ line, code: 'TOO_MANY_COLUMNS', message }];
  }
  const values: Values = Object.fromEntries(header.map((column, index) => [column, fields[index] || undefined]));
  const problems = valueProblems(values, line, firstLines);
  const { memberId, phoneNumber, name, timeZone } = values;
  if (problems.length > 0 || !memberId || !phoneNumber) return problems;
  return { memberId, phoneNumber, ...(name ? { name } : {}), ...(timeZone ? { timeZone } : {}) };
}

function valueProblems(values: Values, line: number, firstLines: Map<string, number>): CsvProblem[] {
  const problems: CsvProblem[] = [];
  const bad = (column: MemberColumn, code: CsvProblemCode, why: string): void => {
    problems.push({ line, column, code, message: `${column} ${why}` });
  };
  const { memberId, phoneNumber, name, timeZone } = values;
  if (!memberId) bad('memberId', 'MISSING_VALUE', 'is empty');
  else if (!/^[A-Za-z0-9._-]{1,64}$/.test(memberId)) {
    bad('memberId', 'BAD_MEMBER_ID', 'must be 1 to 64 letters, digits, dots, underscores or hyphens');
  } else if (firstLines.has(memberId)) {
    bad('memberId', 'DUPLICATE_MEMBER_ID', `is the same as on line ${firstLines.get(memberId)}`);
  } else firstLines.set(memberId, line);
  if (!phoneNumber) bad('phoneNumber', 'MISSING_VALUE', 'is empty');
  else if (!isE164(phoneNumber)) {
    bad('phoneNumber', 'BAD_PHONE_NUMBER', 'must be E.164: a plus sign, the country code and 7 to 15 digits in all');
  }
  if (name && !/^[^\p{Cc}\uFFFD]{1,200}$/u.test(name)) {
    bad('name', 'BAD_NAME', 'is longer than 200 characters, has a control character or is not UTF-8');
  }
  if (timeZone && !isTimeZone(timeZone))
    bad('timeZone', 'UNKNOWN_TIME_ZONE', 'is not an IANA name like America/Chicago');
  return problems;
}

// Making a formatter costs a hundred times more than checking a line, and a plan has few time zones.
const knownTimeZones = new Map<string, boolean>();
const TIME_ZONES_REMEMBERED = 1_000;

function isTimeZone(name: string): boolean {
  const known = knownTimeZones.get(name);
  if (known !== undefined) return known;
  const result = /^[A-Za-z]/.test(name) && intlKnows(name);
  if (knownTimeZones.size < TIME_ZONES_REMEMBERED) knownTimeZones.set(name, result);
  return result;
}

function intlKnows(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
