// Plays a call as it happened, and shows it as of any entry. What is hidden is still on the page: nothing is fetched.
import { playedMs, waitWords } from './film-pace.js';

/** A shorter gap is no wait to anybody. */
const WAIT_MS = 1_000;
const TICK_MS = 100;

/** Entries shown; null: all, also those that are still to come. @type {number | null} */
let shown = null;
/** @type {{ timer: ReturnType<typeof setInterval>, sinceMs: number } | null} */
let playing = null;
/** Whose handles work already. @type {HTMLElement | null} */
let known = null;

/** @returns {HTMLElement | null} */
function film() {
  return document.querySelector('[data-film]');
}

/** @returns {HTMLElement[]} */
function steps() {
  return [...document.querySelectorAll('[data-step]')].filter((each) => each instanceof HTMLElement);
}

/** @template {HTMLElement} T @param {string} name @returns {T} */
function part(name) {
  return /** @type {T} */ (film()?.querySelector(`[data-${name}]`));
}

function setUp() {
  const here = film();
  // This file and the page may be loaded in any order: whoever is quick is at the handles between them.
  if (here && here === known) return;
  known = here;
  pause();
  shown = null;
  if (!here) return;
  here.hidden = false;
  /** @type {HTMLInputElement} */
  const range = part('as-of');
  range.oninput = () => {
    pause();
    show(Number(range.value));
  };
  part('play').onclick = () => (playing ? pause() : play());
  part('skip').onclick = () => next();
}

/** @param {number} count */
function show(count) {
  const all = steps();
  shown = count >= all.length ? null : Math.max(1, count);
  paint();
}

function paint() {
  if (!film()) return;
  const all = steps();
  const count = shown ?? all.length;
  all.forEach((step, index) => {
    step.hidden = index >= count;
    step.classList.toggle('is-now', shown !== null && index === count - 1);
  });
  /** @type {HTMLInputElement} */
  const range = part('as-of');
  range.max = String(all.length);
  range.value = String(count);
  const words = shown === null ? 'all of it' : `entry ${count} of ${all.length}`;
  range.setAttribute('aria-valuetext', words);
  part('place').textContent = words;
  const then = all[count - 1];
  /** @type {HTMLAnchorElement} */
  const link = part('then');
  link.hidden = shown === null;
  link.search = `?asOf=${then?.dataset['step'] ?? ''}`;
  const stood = shown === null ? null : then?.querySelector('[data-stood]');
  part('stood-then').replaceChildren(...[...(stood?.childNodes ?? [])].map((node) => node.cloneNode(true)));
}

function play() {
  if (shown === null) show(1);
  playing = { timer: setInterval(tick, TICK_MS), sinceMs: performance.now() };
  part('play').textContent = 'Pause';
  tick();
}

function pause() {
  if (playing) clearInterval(playing.timer);
  playing = null;
  if (!film()) return;
  part('play').textContent = 'Play';
  part('wait').textContent = '';
  /** @type {HTMLButtonElement} */ (part('skip')).disabled = true;
}

/** Whether the next entry is due, or how the wait for it looks. */
function tick() {
  if (!playing || shown === null || !film()) return pause();
  const gapMs = Number(steps()[shown]?.dataset['gap'] ?? 0);
  const passedMs = performance.now() - playing.sinceMs;
  if (passedMs >= playedMs(gapMs)) return next();
  const isWait = gapMs >= WAIT_MS;
  part('wait').textContent = isWait ? waitWords(gapMs, passedMs) : '';
  /** @type {HTMLButtonElement} */ (part('skip')).disabled = !isWait;
}

function next() {
  if (!playing || shown === null) return;
  playing.sinceMs = performance.now();
  show(shown + 1);
  part('wait').textContent = '';
  if (shown === null) return pause();
  steps()[shown - 1]?.scrollIntoView({ block: 'nearest' });
}

document.addEventListener('turbo:load', setUp);
// Entries that have come meanwhile stay behind the moment that is shown.
document.addEventListener('callistra:live', paint);
setUp();
