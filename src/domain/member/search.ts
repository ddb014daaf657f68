/** Whom people look for: members who have any of it. */
export type Sought = {
  /** Part of an id or a name, in small letters. */
  readonly text: string;
  /** What a number ends with; null: the text is none. */
  readonly digits: string | null;
};

/** Fewer characters would find nearly everybody. */
const TEXT_MIN = 2;
const TEXT_MAX = 100;
/** As many as a masked number shows. */
const DIGITS_MIN = 4;
/** Shorter ones are the end of a number. */
const WHOLE_MIN = 7;

/**
 * What somebody looks for who types this; null: it is too short or too long to look for. A number may be written as people
 * do, `(202) 555-0143`, and is found by how it ends: its country need not be known.
 */
export function soughtBy(typed: string): Sought | null {
  const text = folded(typed.trim());
  if (text.length < TEXT_MIN || text.length > TEXT_MAX || /\p{Cc}/u.test(text)) return null;
  return { text, digits: digitsOf(text) };
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
export function fieldsOf({ digits }: Sought): readonly string[] {
  return digits === null ? ['memberId', 'name'] : ['memberId', 'name', 'phoneNumber'];
}

type Named = { readonly memberId: string; readonly phoneNumber: string; readonly name?: string };

export function isSought({ memberId, name = '', phoneNumber }: Named, { text, digits }: Sought): boolean {
  if (folded(memberId).includes(text) || folded(name).includes(text)) return true;
  return digits !== null && phoneNumber.endsWith(digits);
}

/** One spelling of a text, so that capitals and ways to write an accent are no matter. */
function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
