import type { Voice } from './questionnaire.ts';

/**
 * Characters without white space that are read aloud in a minute, by language (IReST: Trauzettel-Klosinski and Dietz,
 * Investigative Ophthalmology & Visual Science 53/9, 2012, doi:10.1167/iovs.11-8284, table 2; readers differ by 118 of the 987
 * of English). Chinese and Japanese have no words to count.
 */
const READ_ALOUD: Readonly<Record<string, number>> = {
  ar: 612,
  de: 920,
  en: 987,
  es: 1_025,
  fi: 1_078,
  fr: 998,
  he: 833,
  it: 950,
  ja: 357,
  nl: 978,
  pl: 916,
  pt: 913,
  ru: 986,
  sl: 885,
  sv: 917,
  tr: 1_054,
  zh: 255,
};

/** The mean of all of them. */
const READ_ALOUD_ELSEWHERE = 863;

/**
 * A neural voice speaks slower than people read: 152 words a minute for en-US-JennyNeural (`WordsPerMinute` in the list of voices
 * of Azure AI Speech), where readers of the same study read 228.
 */
const VOICE_SHARE = 152 / 228;

/**
 * About how long a text takes to be spoken, seconds. An estimate for people: nothing waits by it.
 * @param language BCP 47, such as `en-US`
 */
export function secondsToSpeak(text: string, language: string): number {
  const characters = [...text.replaceAll(/\s/g, '')].length;
  const aMinute = (READ_ALOUD[language.split('-', 1)[0]!] ?? READ_ALOUD_ELSEWHERE) * VOICE_SHARE;
  return (characters / aMinute) * 60;
}

const LANGUAGE = /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?-[A-Z]{2}(?![A-Za-z])/;

/** What a voice speaks, BCP 47; `und` for a name that does not say it. */
export function languageOf(voice: Voice): string {
  return LANGUAGE.exec('name' in voice ? voice.name : voice.locale)?.[0] ?? 'und';
}

/** Its name, or the locale for which the service chooses one. */
export function nameOfVoice(voice: Voice): string {
  return 'name' in voice ? voice.name : voice.locale;
}
