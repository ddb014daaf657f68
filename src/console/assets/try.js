// A script that is tried: keys act at once, prompts are spoken, and the seconds of silence run down. Without it every key is a
// page of its own.
import { keyOf } from './pad.js';
import { hush, say } from './voice.js';

const TICK_MS = 100;
/** A voice may take so much longer than was estimated: no call waits for one that never ends. */
const LATE_SHARE = 1.5;

/** When the seconds of silence begin, and when they are over, by `performance.now()`; null: nothing runs. @type {{ from: number, to: number } | null} */
let silence = null;
/** What was spoken already, by the address of the script. */
let [spokenOf, spoken] = ['', 0];
let isGoing = false;

setInterval(tick, TICK_MS);

/** @returns {HTMLElement | null} */
function line() {
  return document.querySelector('[data-try]');
}

function setUp() {
  const settings = document.querySelector('[data-try-settings]');
  if (settings instanceof HTMLElement) settings.hidden = false;
  [spokenOf, spoken, silence] = ['', 0, null];
  hush();
  if (line()) listen();
}

/** Speaks what is new, and lets the silence begin when that is said. */
function listen() {
  const call = line();
  if (!call) return;
  const address = call.dataset['try'] ?? '';
  /** @type {HTMLElement[]} */
  const said = [...call.querySelectorAll('[data-heard="said"] q')].filter((each) => each instanceof HTMLElement);
  // Whoever comes back to the middle hears what is asked there, and not all that was said before.
  const from = spokenOf === address ? spoken : Math.max(said.length - 1, 0);
  [spokenOf, spoken] = [address, said.length];
  const fresh = said.slice(from);
  const seconds = fresh.reduce((sum, { dataset }) => sum + Number(dataset['seconds']), 0);
  const isAloud =
    isOn('aloud') && fresh.map(({ textContent, lang }) => say(textContent ?? '', lang, begin)).some(Boolean);
  const silenceMs = Number(call.dataset['silence']) * 1_000;
  if (!silenceMs) {
    silence = null;
    return;
  }
  const beginMs = performance.now() + seconds * 1_000 * (isAloud ? LATE_SHARE : 1);
  silence = { from: beginMs, to: beginMs + silenceMs };
}

/** The voice is done sooner than was thought. */
function begin() {
  const isSpeaking = window.speechSynthesis?.pending;
  if (!silence || isSpeaking || performance.now() > silence.from) return;
  const lasts = silence.to - silence.from;
  silence = { from: performance.now(), to: performance.now() + lasts };
}

function tick() {
  const left = document.querySelector('[data-left]');
  if (!(left instanceof HTMLElement)) return;
  const isRunning = silence !== null && isOn('seconds') && !document.hidden && !isGoing;
  left.hidden = !silence || !isOn('seconds');
  if (!silence) return;
  if (!isRunning) {
    // What stands still loses nothing.
    silence = { from: silence.from + TICK_MS, to: silence.to + TICK_MS };
    return;
  }
  const now = performance.now();
  left.textContent =
    now < silence.from ? 'It is being spoken.' : `${Math.ceil((silence.to - now) / 1_000)} s left for a key.`;
  if (now >= silence.to) void go('silence');
}

/** @param {string} name */
function isOn(name) {
  const box = document.querySelector(`[data-try-settings] input[name="${name}"]`);
  return box instanceof HTMLInputElement && box.checked;
}

/** @param {string} deed */
async function go(deed) {
  const call = line();
  if (!call || isGoing) return;
  isGoing = true;
  silence = null;
  hush();
  try {
    const query = new URLSearchParams({ did: call.dataset['did'] ?? '', next: deed });
    const answer = await fetch(`${call.dataset['try']}?${query}`, { headers: { accept: 'text/html' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById(call.id);
    // Somebody may have gone elsewhere meanwhile.
    if (!fresh || line() !== call) return;
    history.replaceState(history.state, '', answer.url);
    const hadFocus = call.contains(document.activeElement);
    /** @type {any} */ (window).Turbo.morphElements(call, fresh);
    if (hadFocus && !call.contains(document.activeElement)) {
      /** @type {HTMLElement | null} */ (call.querySelector('[tabindex]'))?.focus();
    }
    listen();
  } catch {
    const left = document.querySelector('[data-left]');
    if (left) left.textContent = 'The server did not answer. Press the key again.';
  } finally {
    isGoing = false;
  }
}

document.addEventListener('callistra:key', (event) => {
  if (event.target instanceof Element && event.target.closest('[data-try]')) void go(keyOf(event));
});

document.addEventListener('click', (event) => {
  const button = event.target instanceof HTMLButtonElement ? event.target : null;
  if (!button?.dataset['deed'] || !button.closest('[data-try]')) return;
  event.preventDefault();
  void go(button.value);
});

document.addEventListener('turbo:load', setUp);
