/** The columns of a file of members; the first two are needed. */
export const COLUMNS = ['memberId', 'phoneNumber', 'name', 'timeZone'] as const;

export type MemberColumn = (typeof COLUMNS)[number];

/** What each problem means, in words that hold for every line that has it. Never what stood there. */
const WORDS = {
  NOT_CSV: 'the file is no text',
  EMPTY: 'the file has no members',
  NO_HEADER: `the first line names no columns: put the line "${COLUMNS.join(',')}" in front, in the order of yours`,
  TOO_LONG: 'a record has more than 65536 characters; nothing from here on was read',
  MISSING_COLUMN: 'is no column of this file; if it has another name there, rename it',
  UNKNOWN_COLUMN: `a column is none of ${COLUMNS.join(', ')}; rename it or take it out`,
  DUPLICATE_COLUMN: 'the column stands there twice',
  TOO_MANY_COLUMNS: 'there are more values than columns; quote a value that has the separator in it',
  BAD_QUOTES: 'a quotation mark is not closed or stands inside a value',
  MISSING_VALUE: 'is empty',
  BAD_MEMBER_ID: 'must be 1 to 64 letters, digits, dots, underscores or hyphens',
  DUPLICATE_MEMBER_ID: 'came before in this file',
  BAD_PHONE_NUMBER:
    'must have a plus sign, the country code and 7 to 15 digits in all (E.164); numbers without one need a country to be named',
  BAD_NAME: 'is longer than 200 characters, has a control character or is not UTF-8 (save the file as "CSV UTF-8")',
  UNKNOWN_TIME_ZONE: 'is not an IANA name of a place like America/Chicago',
  UNLIKELY_PHONE_NUMBER: 'is in no range of numbers that we know of; it may be new, or mistyped',
  SAME_PHONE_NUMBER: 'is that of another member in this file',
  SIMILAR_MEMBER_ID: 'differs from another one in this file by capitals only',
} as const;

export type CsvProblemCode = keyof typeof WORDS;

const WARNINGS: ReadonlySet<CsvProblemCode> = new Set<CsvProblemCode>([
  'UNLIKELY_PHONE_NUMBER',
  'SAME_PHONE_NUMBER',
  'SIMILAR_MEMBER_ID',
]);

/** What is wrong with a record, or looks wrong. The message says which column and why, and never what stood there. */
export type CsvProblem = {
  /** Where the record begins; 1 is the first line of the file. */
  readonly line: number;
  readonly column?: MemberColumn;
  readonly code: CsvProblemCode;
  /** The record is imported all the same. */
  readonly isWarning: boolean;
  readonly message: string;
  /** The line of the other one, where there are two. */
  readonly otherLine?: number;
};

type Place = Pick<CsvProblem, 'line' | 'column' | 'otherLine'>;

/** @param words in place of those of the code, where more is known */
export function problem(
  code: CsvProblemCode,
  { line, column, otherLine }: Place,
  words: string = WORDS[code],
): CsvProblem {
  return {
    line,
    ...(column && { column }),
    code,
    isWarning: WARNINGS.has(code),
    message: column ? `${column} ${words}` : words,
    ...(otherLine !== undefined && { otherLine }),
  };
}

/** All problems of one kind. */
export type ProblemGroup = Pick<CsvProblem, 'column' | 'code' | 'isWarning' | 'message'> & {
  readonly count: number;
  /** The first lines that have it. */
  readonly lines: readonly number[];
};

/** What was found in a file: the first problems, and how many there are of each kind. */
export type Findings = {
  readonly problems: readonly CsvProblem[];
  readonly groups: readonly ProblemGroup[];
  /** Records that cannot be imported. */
  readonly badRecords: number;
};

const PROBLEMS_KEPT = 100;
const LINES_KEPT = 5;

/** Collects problems in bounded memory, however many there are. */
export function createFindings() {
  const problems: CsvProblem[] = [];
  const groups = new Map<string, { first: CsvProblem; count: number; lines: number[] }>();
  let badRecords = 0;
  const add = (one: CsvProblem): void => {
    if (problems.length < PROBLEMS_KEPT) problems.push(one);
    const key = `${one.code} ${one.message}`;
    const group = groups.get(key) ?? { first: one, count: 0, lines: [] };
    group.count += 1;
    if (group.lines.length < LINES_KEPT) group.lines.push(one.line);
    groups.set(key, group);
  };
  return {
    /** All problems of one record. */
    add(found: readonly CsvProblem[]): void {
      if (found.some(({ isWarning }) => !isWarning)) badRecords += 1;
      for (const one of found) add(one);
    },
    findings: (): Findings => ({
      problems,
      groups: [...groups.values()].map(({ first: { column, code, isWarning, message }, count, lines }) => {
        return { ...(column && { column }), code, isWarning, message, count, lines };
      }),
      badRecords,
    }),
  };
}
