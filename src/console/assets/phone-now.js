// What goes on on the telephone at this moment: words that are said, and how long a key is still waited for.
import { muted } from './phone-sound.js';
import { hush, say, voiceWords } from './voice.js';

/** What is still being spoken when the call is over may go on for so long. */
const LAST_WORDS_MS = 4_000;
const SHORT_MS = 3_000;

/** @type {string | null} */
let spokenOf = null;
let spoken = 0;
/** When something was spoken last; 0: it was ended. */
let spokeMs = 0;

/** @param {Element | null} phone @returns {HTMLElement | null} */
export function handset(phone) {
  return phone?.querySelector('.handset') ?? null;
}

/** A call that is over does not wait for a voice for long. */
export function endLate() {
  if (spokeMs === 0 || performance.now() - spokeMs < LAST_WORDS_MS) return;
  spokeMs = 0;
  hush();
}

/** Speaks what was not spoken yet. @param {Element} phone */
export function hear(phone) {
  const { call = null, state } = handset(phone)?.dataset ?? {};
  const said = [...phone.querySelectorAll('[data-heard="said"] q')];
  if (call !== spokenOf) {
    spokenOf = call;
    // Of a call in which the page was opened late only what is being said is spoken.
    spoken = state === 'connecting' ? 0 : said.length - (phone.querySelector('[data-speaks]') ? 1 : 0);
    hush();
  }
  const last = said.at(-1);
  const lang = last?.getAttribute('lang') ?? 'en';
  if (last && said.length > spoken) {
    // A call does not wait for a voice: what it still speaks is cut off.
    hush();
    if (!muted()) say(last.textContent ?? '', lang);
    spokeMs = performance.now();
  }
  spoken = said.length;
  tell(voiceWords(lang, muted()));
}

/**
 * What runs between two looks: the time that is left, and words as they are said.
 * @param {Element} phone
 * @param {number} passedMs since the phone was looked at
 */
export function paint(phone, passedMs) {
  const left = phone.querySelector('[data-phone-left]');
  if (left instanceof HTMLElement) countDown(left, passedMs);
  const speaks = phone.querySelector('[data-speaks]');
  hideUnsaid(phone, speaks instanceof HTMLElement ? shareSaid(speaks.dataset, passedMs) : 1);
}

/** @param {DOMStringMap} moment @param {number} passedMs @returns {number} from 0 to 1 */
function shareSaid({ speaks, for: forMs }, passedMs) {
  // Forced colours mark what is to be hidden instead of hiding it.
  if (matchMedia('(prefers-reduced-motion: reduce), (forced-colors: active)').matches) return 1;
  return 1 - Math.max(0, Number(speaks) - passedMs) / Number(forMs);
}

/**
 * Words appear as they are said. The page is left as it is, so whoever has it read to them hears all of it at once; where a
 * browser cannot do that the words stand there from the beginning.
 * @param {Element} phone
 * @param {number} share
 */
function hideUnsaid(phone, share) {
  if (!CSS.highlights) return;
  CSS.highlights.delete('unsaid');
  const text = [...phone.querySelectorAll('[data-heard="said"] bdi')].at(-1)?.firstChild;
  if (!(text instanceof Text) || share >= 1) return;
  const unsaid = new Range();
  const place = text.data.indexOf(' ', Math.floor(text.data.length * share));
  unsaid.setStart(text, place < 0 ? text.data.length : place);
  unsaid.setEnd(text, text.data.length);
  CSS.highlights.set('unsaid', new Highlight(unsaid));
}

/** @param {HTMLElement} left @param {number} passedMs */
function countDown(left, passedMs) {
  const leftMs = Math.max(0, Number(left.dataset['phoneLeft']) - passedMs);
  const words = left.querySelector('[data-phone-left-words]');
  if (words) words.textContent = `Press a key: ${Math.ceil(leftMs / 1_000)} s left`;
  left.classList.toggle('is-short', leftMs < SHORT_MS);
  const meter = left.querySelector('meter');
  if (meter) meter.value = leftMs;
}

/** @param {string} words */
export function tell(words) {
  const line = document.querySelector('[data-voice]');
  if (line && line.textContent !== words) line.textContent = words;
  const button = document.querySelector('[data-mute]');
  if (button instanceof HTMLElement) button.hidden = false;
}
