/** Whom people look for: members who have any of it. */
export type Sought = {
  /** What an id begins with, in small letters. */
  readonly id: string;
  /** What words of a name begin with, all of these, `WORDS_MAX` at most; none: no name is looked for. */
  readonly words: readonly string[];
  /** What a number ends with; null: the text is none. */
  readonly digits: string | null;
};

/** Fewer characters would find nearly everybody. */
const TEXT_MIN = 2;
const TEXT_MAX = 100;
/** More narrow nobody down further. */
export const WORDS_MAX = 4;
/** As many as a masked number shows. */
const DIGITS_MIN = 4;
/** Shorter ones are the end of a number. */
const WHOLE_MIN = 7;

/**
 * What somebody looks for who types this; null: it is too short or too long to look for. A number may be written as people
 * do, `(202) 555-0143`, and is found by how it ends: its country need not be known.
 */
export function soughtBy(typed: string): Sought | null {
  const text = typed.normalize('NFC').trim().toLowerCase();
  if (text.length < TEXT_MIN || text.length > TEXT_MAX || /\p{Cc}/u.test(text)) return null;
  const words = wordsOf(text).slice(0, WORDS_MAX);
  return { id: text, words: words.join('').length < TEXT_MIN ? [] : words, digits: digitsOf(text) };
}

function digitsOf(text: string): string | null {
  if (!/^\+?[\d\s()./-]+$/.test(text)) return null;
  // `+49 (0)30` is `+4930`.
  const digits = text.replace('(0)', '').replace(/\D/g, '');
  // A whole number that begins with noughts is written as it is dialled from somewhere.
  const stored = digits.length >= WHOLE_MIN ? digits.replace(/^0+/, '') : digits;
  return stored.length >= DIGITS_MIN ? stored : null;
}

/** The names of the fields that are searched, for the look that is recorded. */
export function fieldsOf({ words, digits }: Sought): readonly string[] {
  return ['memberId', ...(words.length > 0 ? ['name'] : []), ...(digits === null ? [] : ['phoneNumber'])];
}

type Named = { readonly memberId: string; readonly phoneNumber: string; readonly name?: string };

export function isSought({ memberId, name = '', phoneNumber }: Named, { id, words, digits }: Sought): boolean {
  if (memberId.toLowerCase().startsWith(id)) return true;
  const named = wordsOf(name).map(folded);
  if (words.length > 0 && words.every((word) => named.some((each) => each.startsWith(folded(word))))) return true;
  return digits !== null && phoneNumber.endsWith(digits);
}

/** `O’Neil-Brown` is three. */
function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => word !== '');
}

/** One spelling of a word: capitals and accents are no matter. */
function folded(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
