import { parse } from 'csv-parse/sync';
import { COLUMNS, type CsvProblem, type MemberColumn, problem } from './problems.ts';

/** What a file's columns are called, where that is not what they are called here, and which of them are no matter. */
export type ColumnNames = {
  /** The file's name of a column. */
  readonly map?: Readonly<Partial<Record<MemberColumn, string>>>;
  /** Names of columns that are left out. */
  readonly ignore?: readonly string[];
};

/** What stands in each column: `left-out` on purpose, `unnamed` without a name, which must hold nothing. */
export type Header = readonly (MemberColumn | 'left-out' | 'unnamed')[];

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** A line that tells a spreadsheet program the separator. */
const SEP_LINE = /^"?sep=([,;\t|])"?\s*$/i;

/** The separator of a text by its first line that has something in it, and whether that line says nothing else. */
export function separatorOf(
  start: string,
  names: ColumnNames,
): { readonly separator: string; readonly isTold: boolean } {
  const first = start.split(/\r\n|\n|\r/).find((line) => line.trim() !== '') ?? '';
  const told = SEP_LINE.exec(first)?.[1];
  if (told !== undefined) return { separator: told, isTold: true };
  const known = (separator: string): number =>
    first.split(separator).filter((cell) => COLUMNS.some((column) => column === columnOf(cell, names))).length;
  const count = (separator: string): number => first.split(separator).length;
  const [best = ','] = [...SEPARATORS].sort((a, b) => known(b) - known(a) || count(b) - count(a));
  return { separator: best, isTold: false };
}

/** The values of a record; null when its quotation marks do not fit. */
export function cellsOf(text: string, separator: string): string[] | null {
  if (!text.includes('"')) return text.split(separator).map((cell) => cell.trim());
  try {
    return parse(text, { delimiter: separator, trim: true, relax_column_count: true, record_delimiter: '\0' })[0] ?? [];
  } catch {
    // What the parser has to say quotes the line.
    return null;
  }
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_"-]/g, '');
}

function columnOf(cell: string, { map = {}, ignore = [] }: ColumnNames): Header[number] | null {
  const name = plain(cell);
  if (name === '') return 'unnamed';
  const column = COLUMNS.find((each) => plain(map[each] ?? each) === name);
  if (column) return column;
  return ignore.some((each) => plain(each) === name) ? 'left-out' : null;
}

const LIKE_A_NUMBER = /^[+(]?\d[\d\s().-]{5,}$/;

/** The columns of a header, or what is wrong with it. @param line where it stands */
export function readHeader(
  cells: readonly string[] | null,
  line: number,
  names: ColumnNames,
): { readonly header: Header } | { readonly problems: readonly CsvProblem[] } {
  if (cells === null) return { problems: [problem('BAD_QUOTES', { line })] };
  const found = cells.map((cell) => columnOf(cell, names));
  const isNamed = found.some((each) => COLUMNS.some((column) => column === each));
  if (!isNamed && cells.some((cell) => LIKE_A_NUMBER.test(cell))) return { problems: [problem('NO_HEADER', { line })] };
  const problems: CsvProblem[] = [];
  for (const column of COLUMNS.filter((each) => each === 'memberId' || each === 'phoneNumber' || names.map?.[each])) {
    if (!found.includes(column)) problems.push(problem('MISSING_COLUMN', { line, column }));
  }
  for (const [index, column] of found.entries()) {
    // Ignoring it would hide a misspelt timeZone, and the member would be called at night.
    if (column === null)
      problems.push(
        problem(
          'UNKNOWN_COLUMN',
          { line },
          `column ${index + 1} is none of ${COLUMNS.join(', ')}: rename it or take it out`,
        ),
      );
    else if (column !== 'left-out' && column !== 'unnamed' && found.indexOf(column) < index)
      problems.push(problem('DUPLICATE_COLUMN', { line, column }));
  }
  const header = found.map((each) => each ?? 'unnamed');
  return problems.length > 0 ? { problems } : { header };
}
