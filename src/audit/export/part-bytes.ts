import { type Digest, putHex } from '../../log/digest.ts';
import { ABSENT, FIELDS_AT, LENGTH_BYTES, roomFor } from '../../log/laid-out.ts';
import { BACKSLASH, CLOSING, ENTRY_LINE, NEWLINE, OPENING, plainBefore, putFixed, QUOTE, specialIn } from './words.ts';

/** An entry that is laid out: where its fields end, and its hash. */
export type LaidOut = { readonly fieldsEnd: number; readonly digest: Digest };

/** Lines as bytes, one behind the other. */
export type PartBytes = {
  put(line: string): void;
  /** The line of the entry that is laid out: the bytes that `lineText` would make, without the text between. */
  putLaidOut(entry: LaidOut): void;
  putBytes(lines: Buffer): void;
  size(): number;
  /** All of them; to be used before the next is put. */
  view(): Buffer;
  clear(): void;
  /** All of them, for good: the next are put elsewhere. */
  take(): Buffer;
};

const UTF8_BYTES_PER_UNIT_MAX = 3;
/** A control character becomes `\u001f`. */
const JSON_BYTES_PER_BYTE_MAX = 6;
/** What stands around the texts of an entry, and its hash. */
const FRAME_BYTES_MAX = 256;

/**
 * Each line is written where it belongs: one line that is not Latin makes a text that they are joined to twice as large, and
 * three times as slow to write.
 */
export function createPartBytes(usual: number): PartBytes {
  let buffer = Buffer.allocUnsafeSlow(usual);
  let out = new DataView(buffer.buffer);
  let size = 0;
  const reserve = (bytes: number): void => {
    const most = size + bytes;
    if (most <= buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * most);
    buffer.copy(larger, 0, 0, size);
    buffer = larger;
    out = new DataView(buffer.buffer);
  };
  return {
    put(line) {
      reserve(line.length * UTF8_BYTES_PER_UNIT_MAX);
      size += buffer.write(line, size);
    },
    putLaidOut({ fieldsEnd, digest }) {
      reserve((fieldsEnd - FIELDS_AT) * JSON_BYTES_PER_BYTE_MAX + FRAME_BYTES_MAX);
      size = putHex(out, writeFields(buffer, out, size), digest);
      size = putFixed(out, size, ENTRY_LINE.end);
    },
    putBytes(lines) {
      reserve(lines.length);
      lines.copy(buffer, size);
      size += lines.length;
    },
    size: () => size,
    view: () => buffer.subarray(0, size),
    clear() {
      size = 0;
    },
    take() {
      const taken = buffer.subarray(0, size);
      buffer = Buffer.allocUnsafeSlow(usual);
      out = new DataView(buffer.buffer);
      size = 0;
      return taken;
    },
  };
}

/** From where it was hashed: what is written is what was hashed. @returns the place where the hash stands */
function writeFields(buffer: Buffer, out: DataView, from: number): number {
  place = FIELDS_AT;
  let to = putField(out, putFixed(out, from, ENTRY_LINE.version));
  to = putField(out, putFixed(out, to, ENTRY_LINE.kind));
  to = putField(out, putFixed(out, to, ENTRY_LINE.type));
  to = putField(out, putFixed(out, to, ENTRY_LINE.id));
  to = putField(out, putFixed(out, to, ENTRY_LINE.at));
  to = putField(out, putFixed(out, to, ENTRY_LINE.actor));
  to = putFixed(out, to, ENTRY_LINE.cause);
  if (roomFor(0).view.getUint32(place) === ABSENT) {
    place += LENGTH_BYTES;
    to = putFixed(out, to, ENTRY_LINE.null);
  } else {
    to = putQuoted(out, to);
  }
  const asItIs = putAsItIs(buffer, putFixed(out, to, ENTRY_LINE.data));
  to = asItIs < 0 ? putQuoted(out, putFixed(out, to, ENTRY_LINE.text)) : asItIs;
  return putFixed(out, to, ENTRY_LINE.hash);
}

/** Where the next field is laid out. */
let place = FIELDS_AT;

/** Writes the next field if it is data that may stand in a line as it is. @returns the place behind it; -1: it may not */
function putAsItIs(buffer: Buffer, from: number): number {
  const { bytes, view } = roomFor(0);
  const size = view.getUint32(place);
  const begins = place + LENGTH_BYTES;
  const end = begins + size;
  if (size < 2 || bytes[begins] !== OPENING || bytes[end - 1] !== CLOSING) return -1;
  bytes.copy(buffer, from, begins, end);
  const to = from + size;
  // A search has to end somewhere.
  buffer[to] = NEWLINE;
  if (buffer.indexOf(NEWLINE, from) < to) return -1;
  place = end;
  return to;
}

/** Writes the next field as JSON. @returns the place behind it */
function putQuoted(out: DataView, from: number): number {
  out.setUint8(from, QUOTE);
  const to = putField(out, from + 1);
  out.setUint8(to, QUOTE);
  return to + 1;
}

/** Writes the next field as JSON, without quotes. @returns the place behind it */
function putField(out: DataView, from: number): number {
  const { view } = roomFor(0);
  let at = place + LENGTH_BYTES;
  const end = at + view.getUint32(place);
  let to = from;
  while (at < end) {
    // Up to three bytes behind the field come along; there is room for them here and there, and they are written over.
    const word = view.getInt32(at, true);
    out.setInt32(to, word, true);
    const special = specialIn(word);
    const plain = Math.min(special === 0 ? 4 : plainBefore(special), end - at);
    at += plain;
    to += plain;
    if (special === 0 || at === end) continue;
    to = putEscaped(out, to, view.getUint8(at));
    at += 1;
  }
  place = end;
  return to;
}

/** What JSON writes in the place of this byte. @returns the place behind it */
function putEscaped(out: DataView, from: number, byte: number): number {
  out.setUint8(from, BACKSLASH);
  if (byte === QUOTE || byte === BACKSLASH) {
    out.setUint8(from + 1, byte);
    return from + 2;
  }
  const escaped = JSON.stringify(String.fromCharCode(byte)).slice(1, -1);
  for (let index = 1; index < escaped.length; index += 1) out.setUint8(from + index, escaped.charCodeAt(index));
  return from + escaped.length;
}
