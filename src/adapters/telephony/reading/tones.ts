import type { Key } from '../../../domain/questionnaire/questionnaire.ts';

const KEY_OF_TONE: Readonly<Record<string, Key>> = {
  zero: '0',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  asterisk: '*',
  pound: '#',
};

/** The key of a tone by ACS's name for it; undefined for tones that no script offers (`a` to `d`) and unknown names. */
export function keyOf(tone: unknown): Key | undefined {
  return typeof tone === 'string' && Object.hasOwn(KEY_OF_TONE, tone) ? KEY_OF_TONE[tone] : undefined;
}

/** ACS's name for a key. */
export function toneOf(key: Key): string {
  return Object.keys(KEY_OF_TONE).find((tone) => KEY_OF_TONE[tone] === key)!;
}
