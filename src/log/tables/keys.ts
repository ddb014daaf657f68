import { createHash } from 'node:crypto';

/** Of the characters of a key; a key may have 1 KiB in UTF-16 (learn.microsoft.com, Table service data model). */
const KEY_CHARS_MAX = 400;
const VERSION_DIGITS = 10;

/**
 * The key of a stream in both tables. Keys may not hold `/`, `\`, `#`, `?` and control characters, and `%` is decoded
 * once too often on some paths. So letters, digits, `:`, `_`, `.` and `-` stand for themselves and every other byte of
 * the name in UTF-8 is `!` and two hex digits; a name that becomes too long is `!!` and its SHA-256, which no other
 * name's key begins with. No two names share a key.
 */
export function keyOf(stream: string): string {
  const key = stream.replaceAll(/[^A-Za-z0-9:_.-]+/g, escapeBytes);
  return key.length <= KEY_CHARS_MAX ? key : `!!${createHash('sha256').update(stream).digest('hex')}`;
}

function escapeBytes(text: string): string {
  return Buffer.from(text).toString('hex').replaceAll(/../g, '!$&');
}

/** The key of a version in its stream, in an order that text keeps. */
export function rowKeyOf(version: number): string {
  return String(version).padStart(VERSION_DIGITS, '0');
}
