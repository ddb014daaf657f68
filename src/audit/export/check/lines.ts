import { isAscii, isUtf8 } from 'node:buffer';

/** Whole lines, as they stand in a file one behind the other. */
export type Lines = { readonly bytes: Buffer; readonly lines: readonly RawLine[] };

/** A line without its newline; null in the place of one that is not UTF-8, or longer than any of ours. */
export type RawLine = {
  readonly text: string | null;
  /** Where it begins and where the next one does, in bytes. */
  readonly start: number;
  readonly end: number;
};

/** What 64 KiB of data become when each byte is escaped, and as much again for what stands beside it. */
export const LINE_BYTES_MAX = 1024 ** 2;
const NEWLINE = 0x0a;

/** What was read of a file: whole lines, or (`isRest`) what stands behind the last newline, which is none. */
export type Block = { readonly bytes: Buffer; readonly isRest: boolean };

/** A file as it is read, cut behind lines. Only the line that two chunks share is copied, so a chunk may be written over behind the next. */
export async function* blocksOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Block> {
  let left: Buffer[] = [];
  let leftBytes = 0;
  for await (const chunk of chunks) {
    const first = leftBytes === 0 ? 0 : chunk.indexOf(NEWLINE) + 1;
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (first > 0) {
      yield { bytes: Buffer.concat([...left, chunk.subarray(0, first)]), isRest: false };
      [left, leftBytes] = [[], 0];
    }
    if (end > first) yield { bytes: chunk.subarray(first, end), isRest: false };
    left.push(Buffer.from(chunk.subarray(end)));
    leftBytes += chunk.length - end;
    // Without newlines it is none of ours, and must not fill the memory.
    if (leftBytes > 4 * LINE_BYTES_MAX) break;
  }
  if (leftBytes > 0) yield { bytes: Buffer.concat(left), isRest: true };
}

/** The lines of a file as it is read, many at a time. What stands behind the last newline is none. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Lines> {
  for await (const block of blocksOf(chunks)) {
    yield block.isRest ? { bytes: block.bytes, lines: [lineAt(block, 0)] } : split(block.bytes);
  }
}

/** The line that begins here. */
export function lineAt({ bytes, isRest }: Block, start: number): RawLine {
  if (isRest) return { text: null, start, end: bytes.length };
  const end = bytes.indexOf(NEWLINE, start) + 1;
  return { text: textOf(bytes, null, start, end - 1), start, end };
}

function split(bytes: Buffer): Lines {
  // Of ASCII both make the same text, and all of it at once costs a third of line by line.
  const whole = isAscii(bytes) ? bytes.toString('latin1') : null;
  const lines: RawLine[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = (whole === null ? bytes.indexOf(NEWLINE, start) : whole.indexOf('\n', start)) + 1;
    lines.push({ text: textOf(bytes, whole, start, end - 1), start, end });
    start = end;
  }
  return { bytes, lines };
}

function textOf(bytes: Buffer, whole: string | null, start: number, end: number): string | null {
  if (end - start > LINE_BYTES_MAX) return null;
  if (whole !== null) return whole.slice(start, end);
  const line = bytes.subarray(start, end);
  return isUtf8(line) ? line.toString('utf8') : null;
}
