import { isUtf8 } from 'node:buffer';

/** An entry's line, read from its bytes. */
export type WrittenEntry = {
  readonly at: string;
  /** To be held against the one that is computed; until then it may be anything of that length. */
  readonly hash: string;
  /** So many bytes of it are what `hashFields` takes. To be used before the next line is read. */
  readonly fields: Buffer;
  readonly size: number;
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

const OPENING = Buffer.from('{"entry":{"version":');
const BEFORE_KIND = Buffer.from(',"kind":"');
const BEFORE_TYPE = Buffer.from(',"type":"');
const BEFORE_ID = Buffer.from(',"id":"');
const BEFORE_AT = Buffer.from(',"at":"');
const BEFORE_ACTOR = Buffer.from(',"actor":"');
const BEFORE_CAUSE = Buffer.from(',"cause":');
const NULL = Buffer.from('null');
const BEFORE_DATA = Buffer.from(',"data":"');
const BEFORE_HASH = Buffer.from(',"hash":"');
const CLOSING = Buffer.from('"}}\n');
const HASH_DIGITS = 64;
const LENGTH_BYTES = 4;
const ASCII_MAX = 0x7f;
const ABSENT = 0xffff_ffff;

/** More than entries have, and even if each byte of it is escaped less than a line may be long. */
const fields = Buffer.allocUnsafeSlow(256 * 1024);
let size = 0;
/** The bits of all bytes that were taken. */
let seen = 0;

/**
 * Reads an entry's line that stands there as an export writes it, to the letter: then its bytes say the same as what JSON.parse
 * makes of them, and read and hashed it takes two thirds of the time.
 * @param start where a line begins
 * @param version that the entry must have
 * @returns null for whatever is written otherwise, which may be sound all the same
 */
export function readWritten(bytes: Buffer, start: number, version: number): WrittenEntry | null {
  seen = 0;
  let place = takeVersion(bytes, passed(bytes, start, OPENING), version);
  place = takeText(bytes, passed(bytes, place, BEFORE_KIND));
  place = takeText(bytes, passed(bytes, place, BEFORE_TYPE));
  place = takeText(bytes, passed(bytes, place, BEFORE_ID));
  const atBegins = size + LENGTH_BYTES;
  place = takeText(bytes, passed(bytes, place, BEFORE_AT));
  const atEnds = size;
  place = takeText(bytes, passed(bytes, place, BEFORE_ACTOR));
  place = takeCause(bytes, passed(bytes, place, BEFORE_CAUSE));
  place = takeText(bytes, passed(bytes, place, BEFORE_DATA));
  place = passed(bytes, place, BEFORE_HASH);
  const end = place < 0 ? -1 : passed(bytes, place + HASH_DIGITS, CLOSING);
  if (end < 0 || (seen > ASCII_MAX && !isUtf8(bytes.subarray(start, end)))) return null;
  const at = fields.toString(seen > ASCII_MAX ? 'utf8' : 'latin1', atBegins, atEnds);
  const hash = bytes.toString('latin1', place, place + HASH_DIGITS);
  return { at, hash, fields, size, end };
}

/*
 * These loops take most of the time of a check. Constants within them are compiled in, those of the module are read from memory; and what may
 * lie behind the end of an array makes a loop several times as slow.
 */

/** The place behind this text; -1: another one stands there. */
function passed(bytes: Buffer, from: number, text: Buffer): number {
  if (from < 0 || from + text.length > bytes.length) return -1;
  for (let index = 0; index < text.length; index += 1) if (bytes[from + index] !== text[index]) return -1;
  return from + text.length;
}

function takeVersion(bytes: Buffer, from: number, version: number): number {
  const digits = String(version);
  if (from < 0 || from + digits.length > bytes.length) return -1;
  size = fields.writeUInt32BE(digits.length, 0);
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(index);
    if (bytes[from + index] !== digit) return -1;
    fields[size + index] = digit;
  }
  size += digits.length;
  return from + digits.length;
}

function takeCause(bytes: Buffer, from: number): number {
  const quote = 0x22;
  if (from < 0 || size + LENGTH_BYTES > fields.length) return -1;
  if (bytes[from] === quote) return takeText(bytes, from + 1);
  size = fields.writeUInt32BE(ABSENT, size);
  return passed(bytes, from, NULL);
}

/** Takes a text without its escapes, behind its length. @returns the place behind its last quote; -1 for what is not as we write it */
function takeText(bytes: Buffer, from: number): number {
  if (from < 0) return -1;
  const quote = 0x22;
  const backslash = 0x5c;
  const space = 0x20;
  const into = fields;
  const unescaped = UNESCAPED;
  const begins = size + LENGTH_BYTES;
  const end = Math.min(bytes.length - 1, from + into.length - begins);
  let bits = 0;
  let to = begins;
  for (let place = from; place < end; place += 1) {
    let byte = bytes[place]!;
    if (byte === quote) {
      size = into.writeUInt32BE(to - begins, size) + to - begins;
      seen |= bits;
      return place + 1;
    }
    if (byte === backslash) {
      place += 1;
      byte = unescaped[bytes[place]!]!;
      if (byte === 0) return -1;
    } else if (byte < space) return -1;
    bits |= byte;
    into[to] = byte;
    to += 1;
  }
  return -1;
}
