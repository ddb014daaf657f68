/*
 * Lines are written and read four bytes at once, little-endian: a loop over bytes takes twice as long, and was a third of a check.
 * See "determine if a word has a byte equal to n", Sean Eron Anderson, Bit Twiddling Hacks.
 */

export const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** What data begins and ends with that stands in its line as it is, and what is not in it. */
export const [OPENING, CLOSING, NEWLINE] = [0x7b, 0x7d, 0x0a];
const WORD_BYTES = 4;

/** A text of four bytes or more that always stands in the same place of a line. */
export type FixedText = {
  readonly length: number;
  /** The last may overlap the one before. */
  readonly words: Int32Array;
};

function fixed(text: string): FixedText {
  const bytes = Buffer.from(text);
  const places = Array.from({ length: Math.ceil(bytes.length / WORD_BYTES) }, (_, index) => index * WORD_BYTES);
  const words = places.map((place) => bytes.readInt32LE(Math.min(place, bytes.length - WORD_BYTES)));
  return { length: bytes.length, words: Int32Array.from(words) };
}

/** What stands between the fields of an entry's line. */
export const ENTRY_LINE = {
  version: fixed('{"entry":{"version":'),
  kind: fixed(',"kind":"'),
  type: fixed('","type":"'),
  id: fixed('","id":"'),
  at: fixed('","at":"'),
  actor: fixed('","actor":"'),
  cause: fixed('","cause":'),
  null: fixed('null'),
  data: fixed(',"data":'),
  text: fixed(',"text":'),
  hash: fixed(',"hash":"'),
  end: fixed('"}}\n'),
} as const;

/** @returns the place behind the text */
export function putFixed(view: DataView, from: number, { length, words }: FixedText): number {
  const last = words.length - 1;
  for (let index = 0; index < last; index += 1) view.setInt32(from + index * 4, words[index]!, true);
  view.setInt32(from + length - 4, words[last]!, true);
  return from + length;
}

/** @returns the place behind the text; -1: another one stands there */
export function passFixed(view: DataView, from: number, { length, words }: FixedText): number {
  const end = from + length;
  if (from < 0 || end > view.byteLength) return -1;
  const last = words.length - 1;
  for (let index = 0; index < last; index += 1) {
    if (view.getInt32(from + index * 4, true) !== words[index]) return -1;
  }
  return view.getInt32(end - 4, true) === words[last] ? end : -1;
}

/**
 * Whether nothing in the word can be special, by fewer steps than it takes to tell what is. False as well for some words without
 * anything, all of them with bytes beyond ASCII.
 */
export function isPlain(word: number): boolean {
  const quotes = (word ^ 0x22222222) - 0x01010101;
  const slashes = (word ^ 0x5c5c5c5c) - 0x01010101;
  return ((quotes | slashes | (word - 0x20202020)) & 0x80808080) === 0;
}

/** The highest bit of the first byte that JSON writes otherwise than it is: a quote, a backslash, a control character. 0: none is there. */
export function specialIn(word: number): number {
  const quotes = word ^ 0x22222222;
  const slashes = word ^ 0x5c5c5c5c;
  const isQuote = (quotes - 0x01010101) & ~quotes;
  const isSlash = (slashes - 0x01010101) & ~slashes;
  const isControl = (word - 0x20202020) & ~word;
  const special = (isQuote | isSlash | isControl) & 0x80808080;
  // Above the first one a borrow may have set bits that mean nothing.
  return special & -special;
}

/** How many bytes stand before the one that was found. */
export function plainBefore(special: number): number {
  return (31 - Math.clz32(special)) >> 3;
}
