import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { isE164 } from '../domain/member/phone-number.ts';

export type Country = CountryCode;

/** A country by its two letters (ISO 3166), such as US; null when no numbers of it are known. */
export function countryOf(text: string): Country | null {
  const upper = text.toUpperCase();
  return isSupportedCountry(upper) ? upper : null;
}

// No letters: an extension cannot be dialled, and a letter is mostly a slip. Numbers copied from contacts bring marks of
// the direction of writing with them.
const WRITTEN = /^[+\d\s().\-–/\u200E\u200F\u202A-\u202E]{1,40}$/;

/**
 * A number as people write it, in E.164 form; null when it is none. One that begins with a plus sign needs no country. What
 * is E.164 already stays as it is, also in a range that the library does not know: new ones are older in the world.
 * @param country whose national numbers are understood
 */
export function toE164(text: string, country?: Country): string | null {
  if (isE164(text)) return text;
  if (!WRITTEN.test(text)) return null;
  if (country === undefined && !text.includes('+')) return null;
  const parsed = parsePhoneNumberFromString(text, country);
  return parsed?.isPossible() && isE164(parsed.number) ? parsed.number : null;
}

/** Whether a number in E.164 form is in a range that the library knows. */
export function isLikely(phoneNumber: string): boolean {
  return parsePhoneNumberFromString(phoneNumber)?.isValid() ?? false;
}
