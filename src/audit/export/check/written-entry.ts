import { isUtf8 } from 'node:buffer';
import { ABSENT, FIELDS_AT, LENGTH_BYTES, roomFor } from '../../../log/laid-out.ts';
import { BACKSLASH, ENTRY_LINE, isAllAscii, passFixed, plainBefore, QUOTE, specialIn } from '../words.ts';

/** An entry's line, read from its bytes; its fields are laid out then, as `layOut` does it. */
export type WrittenEntry = {
  readonly fieldsEnd: number;
  /** To be held against the one that is computed; until then it may be anything of that length. */
  readonly hash: string;
  /** Where the next line begins. */
  readonly end: number;
};

/** What stands behind a backslash, and for what, as JSON.stringify writes it; others are read as any line is. */
const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const UNESCAPED = new Uint8Array(256);
for (const [letter, meant] of Object.entries(ESCAPED)) UNESCAPED[letter.charCodeAt(0)] = meant.charCodeAt(0);

const HASH_DIGITS = 64;
/** More than entries have, and even if each byte of it is escaped less than a line may be long. */
const FIELDS_BYTES_MAX = 256 * 1024;

let room = roomFor(FIELDS_BYTES_MAX);
/** Where the fields end that are laid out so far. */
let fieldsEnd = FIELDS_AT;
/** The bits of all words of texts. */
let seen = 0;
/** What the line before was read from: a view is made for a block, not for a line. */
let source = room;

/**
 * Reads an entry's line that stands there as an export writes it, to the letter: then its bytes say the same as what JSON.parse
 * makes of them.
 * @param start where a line begins
 * @param version that the entry must have
 * @returns null for whatever is written otherwise, which may be sound all the same
 */
export function readWritten(bytes: Buffer, start: number, version: number): WrittenEntry | null {
  if (source.bytes !== bytes) source = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
  room = roomFor(FIELDS_BYTES_MAX);
  fieldsEnd = FIELDS_AT;
  seen = 0;
  const { view } = source;
  let place = takeVersion(view, passFixed(view, start, ENTRY_LINE.version), version);
  place = takeText(view, passFixed(view, place, ENTRY_LINE.kind));
  place = takeText(view, passFixed(view, place, ENTRY_LINE.type));
  place = takeText(view, passFixed(view, place, ENTRY_LINE.id));
  place = takeText(view, passFixed(view, place, ENTRY_LINE.at));
  place = takeText(view, passFixed(view, place, ENTRY_LINE.actor));
  place = takeCauseAndData(view, passFixed(view, place, ENTRY_LINE.cause));
  place = passFixed(view, place, ENTRY_LINE.hash);
  const end = place < 0 ? -1 : passFixed(view, place + HASH_DIGITS, ENTRY_LINE.end);
  if (end < 0) return null;
  if (!isAllAscii(seen) && !isUtf8(bytes.subarray(start, end))) return null;
  return { fieldsEnd, hash: bytes.toString('latin1', place, place + HASH_DIGITS), end };
}

function takeVersion(view: DataView, from: number, version: number): number {
  const digits = String(version);
  if (from < 0 || from + digits.length > view.byteLength) return -1;
  room.view.setUint32(fieldsEnd, digits.length);
  fieldsEnd += LENGTH_BYTES;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(index);
    if (view.getUint8(from + index) !== digit) return -1;
    room.view.setUint8(fieldsEnd, digit);
    fieldsEnd += 1;
  }
  return from + digits.length;
}

function takeCauseAndData(view: DataView, from: number): number {
  if (from < 0 || from >= view.byteLength || fieldsEnd + LENGTH_BYTES > room.bytes.length) return -1;
  if (view.getUint8(from) === QUOTE) return takeText(view, passFixed(view, takeText(view, from + 1), ENTRY_LINE.data));
  room.view.setUint32(fieldsEnd, ABSENT);
  fieldsEnd += LENGTH_BYTES;
  return takeText(view, passFixed(view, from, ENTRY_LINE.null));
}

/** Takes a text without its escapes, behind its length. @returns where the quote behind it stands; -1 for what is not as we write it */
function takeText(view: DataView, from: number): number {
  if (from < 0) return -1;
  const out = room.view;
  const begins = fieldsEnd + LENGTH_BYTES;
  // A word and an escape fit in up to here, there and in the room.
  const end = Math.min(view.byteLength, from + out.byteLength - begins) - 5;
  let bits = 0;
  let to = begins;
  let place = from;
  while (place <= end) {
    const word = view.getInt32(place, true);
    out.setInt32(to, word, true);
    bits |= word;
    const special = specialIn(word);
    if (special === 0) {
      place += 4;
      to += 4;
      continue;
    }
    const plain = plainBefore(special);
    place += plain;
    to += plain;
    const byte = view.getUint8(place);
    if (byte === QUOTE) {
      out.setUint32(fieldsEnd, to - begins);
      fieldsEnd = to;
      seen |= bits;
      return place;
    }
    const meant = byte === BACKSLASH ? UNESCAPED[view.getUint8(place + 1)]! : 0;
    if (meant === 0) return -1;
    out.setUint8(to, meant);
    to += 1;
    place += 2;
  }
  return -1;
}
