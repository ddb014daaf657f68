/** The sixteen tones of a telephone, as the service spells them. */
export const TONES = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'a',
  'b',
  'c',
  'd',
  'pound',
  'asterisk',
] as const;

/** A key of the telephone. */
export type Tone = (typeof TONES)[number];

/** The same keys as people type them, in the order of {@link TONES}. */
const KEYS = '0123456789abcd#*';

/** Whether a word names a tone. */
export function isTone(word: string): word is Tone {
  return (TONES as readonly string[]).includes(word);
}

/** Tones of what a person types, such as `12#`; undefined when a character is no key. */
export function tonesOfKeys(keys: string): Tone[] | undefined {
  const tones: Tone[] = [];
  for (const key of keys.toLowerCase()) {
    const tone = TONES[KEYS.indexOf(key)];
    if (tone === undefined) return undefined;
    tones.push(tone);
  }
  return tones;
}

/** What a person reads, such as `12#`. */
export function keysOfTones(tones: readonly Tone[]): string {
  return tones.map((tone) => KEYS.charAt(TONES.indexOf(tone))).join('');
}
