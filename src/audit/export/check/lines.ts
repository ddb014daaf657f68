import { isAscii, isUtf8 } from 'node:buffer';

/** A line without its newline; null in the place of one that is not UTF-8, or longer than any of ours. */
export type RawLine = { readonly text: string | null; readonly bytes: Buffer };

/** What 64 KiB of data become when each byte is escaped, and as much again for what stands beside it. */
const LINE_BYTES_MAX = 1024 ** 2;
const NEWLINE = 0x0a;

/** The lines of a file as it is read, many at a time; `rest`: what stands behind the last newline, if anything does. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly RawLine[]> {
  let left: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    yield split(bytes.subarray(0, end));
    left = bytes.subarray(end);
    // Without newlines it is none of ours, and must not fill the memory.
    if (left.length > 4 * LINE_BYTES_MAX) break;
  }
  if (left.length > 0) yield [{ text: null, bytes: left }];
}

function split(bytes: Buffer): RawLine[] {
  // Of ASCII both make the same text, and latin1 makes it in half the time.
  const encoding = isAscii(bytes) ? 'latin1' : 'utf8';
  const isSound = encoding === 'latin1' || isUtf8(bytes);
  const lines: RawLine[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, start);
    const line = bytes.subarray(start, end);
    const isOurs = line.length <= LINE_BYTES_MAX && (isSound || isUtf8(line));
    lines.push({ text: isOurs ? line.toString(encoding) : null, bytes: bytes.subarray(start, end + 1) });
    start = end + 1;
  }
  return lines;
}
