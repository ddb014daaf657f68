import { decoded, encodingOf } from './encoding.ts';
import { type ColumnNames, cellsOf, type Header, readHeader, separatorOf } from './header.ts';
import type { Country } from './phone.ts';
import { type CsvProblem, problem } from './problems.ts';
import { type CsvRecord, RECORD_MAX, recordsOf } from './records.ts';
import { nothingSeen, type Reading, type Row, rowOf, type Seen } from './values.ts';

export type CsvOptions = ColumnNames & {
  /** Whose national numbers are understood; absent: only those with a plus sign. */
  readonly country?: Country;
};

/** The bytes of a file in pieces, from its beginning each time that they are gone through. */
export type FileBytes = Iterable<Uint8Array>;

/**
 * Reads members from a CSV file whose first record names the columns: memberId, phoneNumber and, as you like, name and
 * timeZone, in any order and spelling of upper and lower case. UTF-8 and UTF-16; separated by comma, semicolon, tab or bar.
 * One row for each record that is not blank; a header that is wrong gives problems and no members.
 * @param seen filled with what was read; of a second reading, what the first one has filled: nothing is warned of again
 */
export function* readMembersCsv(
  bytes: FileBytes,
  options: CsvOptions = {},
  seen: Seen = nothingSeen(),
): Generator<Row> {
  const isFirst = seen.ids.size === 0;
  const { start, rest } = begun(bytes);
  const encoding = encodingOf(start);
  if ('flaw' in encoding) {
    yield none(problem('NOT_CSV', { line: 1 }, encoding.flaw));
    return;
  }
  const text = begunText(decoded(rest, encoding.charset));
  const { separator, isTold } = separatorOf(text.start, options);
  const records = filled(recordsOf(text.rest, separator), separator);
  if (isTold) records.next();
  let reading: Reading | null = null;
  let hasMembers = false;
  for (const { record, cells } of records) {
    if (record.isTooLong) {
      yield none(problem('TOO_LONG', { line: record.line }));
      return;
    }
    if (reading !== null) {
      hasMembers = true;
      yield cells === null ? none(problem('BAD_QUOTES', { line: record.line })) : rowOf(cells, record.line, reading);
      continue;
    }
    const header = readHeader(cells, record.line, options);
    if ('problems' in header) {
      yield { member: null, problems: header.problems };
      return;
    }
    reading = readingOf(header.header, options, seen, isFirst);
  }
  if (!hasMembers) yield none(problem('EMPTY', { line: 1 }));
}

function readingOf(header: Header, { country }: CsvOptions, seen: Seen, warns: boolean): Reading {
  return { header, country, seen, warns };
}

function none(one: CsvProblem): Row {
  return { member: null, problems: [one] };
}

type FilledRecord = { readonly record: CsvRecord; readonly cells: readonly string[] | null };

/** Records that have something in them, with their values; null where quotation marks do not fit. */
function* filled(records: Iterable<CsvRecord>, separator: string): Generator<FilledRecord> {
  for (const record of records) {
    const cells = record.isBroken ? null : cellsOf(record.text, separator);
    if (cells === null || record.isTooLong || cells.some((cell) => cell !== '')) yield { record, cells };
  }
}

/** The first piece that is not empty, and all of them. */
function begun(bytes: FileBytes): { readonly start: Uint8Array; readonly rest: Iterable<Uint8Array> } {
  const pieces = bytes[Symbol.iterator]();
  let first = pieces.next();
  while (!first.done && first.value.length === 0) first = pieces.next();
  if (first.done) return { start: new Uint8Array(), rest: [] };
  return { start: first.value, rest: joined(first.value, pieces) };
}

/** As much of the text as tells the separator, and all of it. */
function begunText(texts: Iterable<string>): { readonly start: string; readonly rest: Iterable<string> } {
  const pieces = texts[Symbol.iterator]();
  let start = '';
  for (let next = pieces.next(); !next.done; next = pieces.next()) {
    start += next.value;
    if (start.length > RECORD_MAX || hasWholeLine(start)) break;
  }
  return { start: start.slice(0, RECORD_MAX), rest: joined(start, pieces) };
}

/** In one go: one expression for it goes through a line without an end once for each of its characters. */
function hasWholeLine(text: string): boolean {
  const begin = text.search(/\S/);
  return begin >= 0 && /[\r\n]/.test(text.slice(begin));
}

function* joined<Piece>(first: Piece, pieces: Iterator<Piece>): Generator<Piece> {
  yield first;
  for (let next = pieces.next(); !next.done; next = pieces.next()) yield next.value;
}
