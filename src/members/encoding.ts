/** What a file is by its first bytes: text in an encoding, or something else, in words. */
export type Encoding = { readonly charset: string } | { readonly flaw: string };

const SAVE_AS_CSV = 'open it there and save it as "CSV UTF-8"';

/** How files begin that are no CSV, as bytes in hexadecimal digits. */
const OTHERS: readonly (readonly [begin: string, flaw: string])[] = [
  ['504b0304', `this is a workbook of a spreadsheet program (.xlsx, .ods) or a .zip: ${SAVE_AS_CSV}`],
  ['d0cf11e0', `this is a workbook of an older spreadsheet program (.xls): ${SAVE_AS_CSV}`],
  ['1f8b', 'this is a compressed file (.gz): unpack it first'],
  ['25504446', 'this is a PDF; members come in a CSV file'],
  // UTF-16 that begins with a character of no text is UTF-32.
  ['fffe0000', 'this is UTF-32: save the file as "CSV UTF-8"'],
  ['0000feff', 'this is UTF-32: save the file as "CSV UTF-8"'],
];

/** Tells by byte order mark, or by where the zeros are: every other byte of Latin letters in UTF-16 is one. */
export function encodingOf(start: Uint8Array): Encoding {
  const hex = Buffer.from(start.subarray(0, 4)).toString('hex');
  const other = OTHERS.find(([begin]) => hex.startsWith(begin));
  if (other) return { flaw: other[1] };
  if (hex.startsWith('fffe')) return { charset: 'utf-16le' };
  if (hex.startsWith('feff')) return { charset: 'utf-16be' };
  const sample = start.subarray(0, 200);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2]! += 1;
  const [even = 0, odd = 0] = zeros;
  if (even + odd === 0) return { charset: 'utf-8' };
  if (odd > sample.length / 4 && even === 0) return { charset: 'utf-16le' };
  if (even > sample.length / 4 && odd === 0) return { charset: 'utf-16be' };
  return { flaw: 'this is no text: it has bytes that are zero' };
}

/** The text of these bytes, piece by piece; a byte order mark is no part of it. What is not of the charset is U+FFFD. */
export function* decoded(chunks: Iterable<Uint8Array>, charset: string): Generator<string> {
  const decoder = new TextDecoder(charset);
  for (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}
