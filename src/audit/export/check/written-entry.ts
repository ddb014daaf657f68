import { isUtf8 } from 'node:buffer';
import { ABSENT, FIELDS_AT, LENGTH_BYTES, roomFor } from '../../../log/laid-out.ts';
import {
  BACKSLASH,
  CLOSING,
  ENTRY_LINE,
  isPlain,
  NEWLINE,
  OPENING,
  passFixed,
  plainBefore,
  QUOTE,
  specialIn,
} from '../words.ts';

/** An entry's line, read from its bytes; its fields are laid out then, as `layOut` does it. */
export type WrittenEntry = {
  readonly fieldsEnd: number;
  /** Where the digits of its hash stand; until they are held against what is computed, they may be anything. */
  readonly view: DataView;
  readonly hashAt: number;
  /** Where the next line begins. */
  readonly end: number;
};

/** Bytes of whole lines that entries are read from. */
export type Source = { readonly bytes: Buffer; readonly view: DataView };

/** Null: they are no text, and every line is to be looked at by itself. */
export function sourceOf(bytes: Buffer): Source | null {
  return isUtf8(bytes) ? { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) } : null;
}

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
const BEHIND_DATA = ENTRY_LINE.hash.length + HASH_DIGITS + ENTRY_LINE.end.length;
/** More than entries have, and even if each byte of it is escaped less than a line may be long. */
export const FIELDS_BYTES_MAX = 256 * 1024;
const FIELDS_END_MAX = FIELDS_AT + FIELDS_BYTES_MAX;

let room = roomFor(FIELDS_BYTES_MAX);
/** Where the fields end that are laid out so far. */
let fieldsEnd = FIELDS_AT;

/**
 * Reads an entry's line that stands there as an export writes it, to the letter: then its bytes say the same as what JSON.parse
 * makes of them.
 * @param start where a line begins
 * @param version that the entry must have
 * @returns null for whatever is written otherwise, which may be sound all the same
 */
export function readWritten(source: Source, start: number, version: number): WrittenEntry | null {
  room = roomFor(FIELDS_BYTES_MAX);
  fieldsEnd = FIELDS_AT;
  const { view } = source;
  let place = takeVersion(view, passFixed(view, start, ENTRY_LINE.version), version);
  place = takeText(view, passFixed(view, place, ENTRY_LINE.kind));
  place = takeText(view, passFixed(view, place, ENTRY_LINE.type));
  place = takeText(view, passFixed(view, place, ENTRY_LINE.id));
  place = takeText(view, passFixed(view, place, ENTRY_LINE.at));
  place = takeText(view, passFixed(view, place, ENTRY_LINE.actor));
  place = takeCause(view, passFixed(view, place, ENTRY_LINE.cause));
  const end = takeData(source, passFixed(view, place, ENTRY_LINE.data));
  if (end < 0) return null;
  return { fieldsEnd, view, hashAt: end - ENTRY_LINE.end.length - HASH_DIGITS, end };
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

function takeCause(view: DataView, from: number): number {
  if (from < 0 || from >= view.byteLength || fieldsEnd + LENGTH_BYTES > FIELDS_END_MAX) return -1;
  if (view.getUint8(from) === QUOTE) {
    const quote = takeText(view, from + 1);
    return quote < 0 ? -1 : quote + 1;
  }
  room.view.setUint32(fieldsEnd, ABSENT);
  fieldsEnd += LENGTH_BYTES;
  return passFixed(view, from, ENTRY_LINE.null);
}

/**
 * Takes data that stands in its line as it is: up to what is behind it, which is as long in every line. So none of its bytes has to
 * be looked at.
 * @returns where the next line begins; -1 for what is not as we write it
 */
function takeData({ bytes, view }: Source, from: number): number {
  if (from < 0 || from >= bytes.length || bytes[from] !== OPENING) return -1;
  const end = bytes.indexOf(NEWLINE, from) + 1;
  const dataEnd = end - BEHIND_DATA;
  if (dataEnd < from + 2 || bytes[dataEnd - 1] !== CLOSING) return -1;
  if (passFixed(view, dataEnd, ENTRY_LINE.hash) < 0) return -1;
  if (passFixed(view, end - ENTRY_LINE.end.length, ENTRY_LINE.end) < 0) return -1;
  const begins = fieldsEnd + LENGTH_BYTES;
  fieldsEnd = begins + dataEnd - from;
  if (fieldsEnd > FIELDS_END_MAX) return -1;
  room.view.setUint32(begins - LENGTH_BYTES, dataEnd - from);
  copy(view, from, dataEnd, begins);
  return end;
}

/** Copies data into the room; there is room for eight bytes more. To have it copied takes twice as long as data of most entries does. */
function copy(view: DataView, from: number, end: number, to: number): void {
  const out = room.view;
  const last = end - 8;
  const shift = to - from;
  let place = from;
  for (; place <= last; place += 8) out.setFloat64(place + shift, view.getFloat64(place, true), true);
  for (; place < end; place += 1) out.setUint8(place + shift, view.getUint8(place));
}

/** Takes a text without its escapes, behind its length. @returns where the quote behind it stands; -1 for what is not as we write it */
function takeText(view: DataView, from: number): number {
  if (from < 0) return -1;
  const out = room.view;
  const begins = fieldsEnd + LENGTH_BYTES;
  // A word and an escape fit in up to here, there and in the room.
  const end = Math.min(view.byteLength, from + FIELDS_END_MAX - begins) - 5;
  let to = begins;
  let place = from;
  while (place <= end) {
    const word = view.getInt32(place, true);
    out.setInt32(to, word, true);
    const special = isPlain(word) ? 0 : specialIn(word);
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
