/** One record of a CSV file: its text without the line break that ends it. */
export type CsvRecord = {
  readonly text: string;
  /** Where it begins; 1 is the first line. */
  readonly line: number;
  /** Its quotation marks do not fit. */
  readonly isBroken: boolean;
  /** It has more characters than any record may have; it is the last, whatever follows. */
  readonly isTooLong: boolean;
};

/** Far more than a member, or a row of a spreadsheet's most columns. So bad input costs no memory. */
export const RECORD_MAX = 65_536;

const QUOTE = 0x22;
const [LF, CR, SPACE] = [0x0a, 0x0d, 0x20];

/** Where a character stands: at the start of a value, in one without quotation marks, in one with them, or behind it. */
type Inside = 'start' | 'plain' | 'quoted' | 'after' | 'lost' | 'lost-quoted';

/**
 * Splits a text into records (RFC 4180): a line break inside quotation marks belongs to its value. A mark opens only at the
 * start of a value. Behind a value whose marks do not fit, a record ends where its marks are even in number: what may stand
 * between two marks must not be taken for a record of its own.
 */
export function* recordsOf(chunks: Iterable<string>, separator: string): Generator<CsvRecord> {
  const scan = scanner(separator.charCodeAt(0));
  for (const chunk of chunks) {
    yield* scan(chunk, false);
    if (scan.isOver()) return;
  }
  yield* scan('', true);
}

function scanner(separator: number) {
  let text = '';
  let at = 0;
  let line = 1;
  let breaks = 0;
  let inside: Inside = 'start';
  let isBroken = false;
  let isOver = false;

  const record = (from: number, end: number): CsvRecord => {
    isOver = end - from > RECORD_MAX;
    const one = { text: isOver ? '' : text.slice(from, end), line, isBroken, isTooLong: isOver };
    line += breaks;
    breaks = 0;
    inside = 'start';
    isBroken = false;
    return one;
  };

  function* scan(chunk: string, isLast: boolean): Generator<CsvRecord> {
    text += chunk;
    let from = 0;
    // A CR that ends the piece may be followed by its LF in the next.
    const until = isLast || text.charCodeAt(text.length - 1) !== CR ? text.length : text.length - 1;
    for (; at < until && !isOver; at += 1) {
      const code = text.charCodeAt(at);
      if (code !== LF && code !== CR) {
        isBroken ||= isMisplaced(inside, code, separator);
        inside = next(inside, code, separator);
        continue;
      }
      const end = at;
      if (code === CR && text.charCodeAt(at + 1) === LF) at += 1;
      breaks += 1;
      if (inside === 'quoted' || inside === 'lost-quoted') continue;
      yield record(from, end);
      from = at + 1;
    }
    text = text.slice(from);
    at -= from;
    if (isOver || (!isLast && text.length <= RECORD_MAX)) return;
    isBroken ||= inside === 'quoted' || inside === 'lost-quoted';
    if (text !== '') yield record(0, text.length);
  }
  return Object.assign(scan, { isOver: () => isOver });
}

/** Whether a character cannot stand there: a mark inside a value without marks, or anything behind the mark that closes one. */
function isMisplaced(inside: Inside, code: number, separator: number): boolean {
  if (inside === 'plain') return code === QUOTE;
  return inside === 'after' && code !== QUOTE && code !== SPACE && code !== separator;
}

function next(inside: Inside, code: number, separator: number): Inside {
  const isQuote = code === QUOTE;
  switch (inside) {
    case 'start':
      if (isQuote) return 'quoted';
      return code === separator || code === SPACE ? 'start' : 'plain';
    case 'plain':
      return code === separator ? 'start' : 'plain';
    case 'quoted':
      return isQuote ? 'after' : 'quoted';
    case 'after':
      // Two marks stand for one.
      if (isQuote) return 'quoted';
      if (code === separator) return 'start';
      return code === SPACE ? 'after' : 'lost';
    case 'lost':
      return isQuote ? 'lost-quoted' : 'lost';
    case 'lost-quoted':
      return isQuote ? 'lost' : 'lost-quoted';
  }
}
