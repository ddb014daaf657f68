import type { AskStep, Questionnaire, Step } from './questionnaire.ts';
import { languageOf, secondsToSpeak } from './speaking.ts';

type AdviceCode =
  | 'KEY_NOT_SAID'
  | 'KEY_NOT_OFFERED'
  | 'SAME_ANSWER'
  | 'MANY_KEYS'
  | 'LONG_PROMPT'
  | 'SHORT_SILENCE'
  | 'WORDS_UNCHECKED';

/** Something that a script may have, and should not without a reason. */
export type Advice = { readonly code: AdviceCode; readonly step: string; readonly message: string };

/** Ours: by then the first key that was named is forgotten, or the phone is down. */
const SECONDS_MAX = 20;
/** Ours: nobody keeps more of them in mind. */
const KEYS_MAX = 5;
/** Ours: the phone is taken from the ear, and its keys are looked for. */
const SILENCE_SECONDS_MIN = 5;

/** What English says for a key. */
const NAMES: Readonly<Record<string, string>> = {
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
  star: '*',
  asterisk: '*',
  pound: '#',
  hash: '#',
};

const KEY_WORD = `[0-9*#]|${Object.keys(NAMES).join('|')}`;
const ALONE = new RegExp(`(?<![\\p{L}\\p{N}])(?:${KEY_WORD})(?![\\p{L}\\p{N}])`, 'giu');
const TO_PRESS = new RegExp(`\\bpress(?:ing)?\\s+(?:the\\s+)?(?:key\\s+)?(${KEY_WORD})(?![\\p{L}\\p{N}])`, 'giu');

/** What whoever wrote the script should look at again; the lint says what forbids its use. Pure. */
export function adviseOn(questionnaire: Questionnaire): Advice[] {
  const language = languageOf(questionnaire.voice);
  const ofSteps = Object.entries(questionnaire.steps).flatMap(([name, step]) => adviseOnStep(name, step, language));
  return [...adviseOnWhole(questionnaire, language), ...ofSteps];
}

function adviseOnWhole({ start, silenceSeconds }: Questionnaire, language: string): Advice[] {
  const found: Advice[] = [];
  if (!isEnglish(language)) {
    const message =
      'the words that a prompt for anyone must not hold are known in English only: have somebody who speaks the language read those prompts';
    found.push({ code: 'WORDS_UNCHECKED', step: start, message });
  }
  if (silenceSeconds < SILENCE_SECONDS_MIN) {
    found.push({ code: 'SHORT_SILENCE', step: start, message: `${silenceSeconds} s are short to find a key` });
  }
  return found;
}

function adviseOnStep(step: string, content: Step, language: string): Advice[] {
  const found: Advice[] = [];
  const add = (code: AdviceCode, message: string) => found.push({ code, step, message });
  const seconds = Math.round(secondsToSpeak(content.text, language));
  if (seconds > SECONDS_MAX) add('LONG_PROMPT', `takes about ${seconds} s to speak, more than ${SECONDS_MAX}`);
  if (content.kind === 'say') return found;
  const keys = Object.keys(content.keys);
  if (keys.length > KEYS_MAX) add('MANY_KEYS', `offers ${keys.length} keys, more than ${KEYS_MAX}`);
  for (const [one, other] of sameAnswers(content)) add('SAME_ANSWER', `${one} and ${other} are the same answer`);
  const said = keysIn(content.text, ALONE);
  // Where none is found they are said in words that are not known here.
  const areKnown = isEnglish(language) || said.length > 0;
  for (const key of areKnown ? keys : []) {
    if (!said.includes(key)) add('KEY_NOT_SAID', `offers ${key}, and the text does not say so`);
  }
  for (const key of isEnglish(language) ? new Set(keysIn(content.text, TO_PRESS)) : []) {
    if (!keys.includes(key)) add('KEY_NOT_OFFERED', `tells to press ${key}, which is not offered`);
  }
  return found;
}

function isEnglish(language: string): boolean {
  return language.startsWith('en');
}

function keysIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([whole, word = whole]) => NAMES[word.toLowerCase()] ?? word);
}

function sameAnswers({ keys }: AskStep): (readonly [string, string])[] {
  const choices = Object.entries(keys);
  return choices.flatMap(([key, choice], index) => {
    const twin = choices.slice(index + 1).find(([, other]) => other?.value === choice?.value);
    return twin ? [[key, twin[0]] as const] : [];
  });
}
