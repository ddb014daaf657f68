// Brings regions marked `data-live` up to date, and touches nothing else: Turbo's own refresh of a page was seen to wipe half-typed
// inputs and to close what was open. What is new in a list waits until somebody asks for it.
import { announce, beginAnnouncing } from './announce.js';
import { againMs, listenTogether } from './stream.js';

/** Turbo puts itself here. */
const turbo = /** @type {{ morphElements(from: Element, to: Element): void }} */ (/** @type {any} */ (window).Turbo);

/** What is fetched again after news comes once in so long at most. */
const PAUSE_MS = 1_000;
/** Kept while the tab is open. */
const PAUSED = 'callistra-paused';

let isFetching = false;
/** `whole`: also what is new in a list. */
let /** @type {'shown' | 'whole' | null} */ due = null;
let failures = 0;
/** What the page shows is not there any more. */
let isGone = false;
/** Since when what is shown is not live, and is paused, in milliseconds; null: it is not. */
let /** @type {number | null} */ lostAtMs = null;
let /** @type {number | null} */ pausedAtMs = Number(sessionStorage.getItem(PAUSED)) || null;

/** @param {'shown' | 'whole'} what */
function bringUpToDate(what) {
  if (due !== 'whole') due = what;
  // Away: nobody sits there, and what is shown is hidden.
  const isSeen = !document.hidden && document.documentElement.dataset['away'] === undefined;
  if (!isFetching && isSeen && (pausedAtMs === null || due === 'whole')) void fetchDue();
}

async function fetchDue() {
  const what = due;
  due = null;
  const regions = [...document.querySelectorAll('[data-live]')];
  isFetching = regions.length > 0;
  const isFetched = regions.length === 0 || (await fetchInto(regions, what === 'whole'));
  failures = isFetched ? 0 : failures + 1;
  lostAtMs = isFetched ? null : (lostAtMs ?? Date.now());
  tellState();
  if (!isFetched) due ??= what;
  const again = () => {
    isFetching = false;
    if (due !== null) bringUpToDate(due);
  };
  if (regions.length > 0) setTimeout(again, isFetched ? PAUSE_MS : againMs(failures));
}

/**
 * @param {Element[]} regions
 * @param {boolean} isWhole
 */
async function fetchInto(regions, isWhole) {
  const address = location.href;
  const newest = isWhole ? null : document.querySelector('[data-newest]')?.getAttribute('data-newest');
  const headers = { accept: 'text/html', 'x-callistra-live': '1', ...(newest && { 'x-callistra-newest': newest }) };
  try {
    const answer = await fetch(address, { headers, redirect: 'manual' });
    if (answer.status === 401) document.dispatchEvent(new Event('callistra:signed-out'));
    isGone = answer.status === 404;
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    // Somebody has gone on meanwhile.
    if (address !== location.href) return true;
    for (const region of regions) morph(region, page);
    if (isWhole) focusFirst();
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {Element} region
 * @param {Document} page
 */
function morph(region, page) {
  const fresh = page.getElementById(region.id);
  if (fresh) turbo.morphElements(region, fresh);
  document.dispatchEvent(new Event('callistra:live'));
}

/** The button that asked for what is new has gone with it: the keyboard goes on at the first row. */
function focusFirst() {
  /** @type {HTMLElement | null} */
  const first = document.querySelector('[data-newest] tbody a');
  first?.focus();
}

/** The line beside the title: live, or since when not. */
function tellState() {
  /** @type {HTMLElement | null} */
  const line = document.querySelector('[data-live-line]');
  const [state, button] = [line?.querySelector('[data-live-state]'), line?.querySelector('[data-pause]')];
  if (!line || !state || !button) return;
  line.hidden = document.querySelector('[data-live]') === null;
  line.classList.toggle('is-stale', pausedAtMs !== null || lostAtMs !== null);
  const lost = isGone ? 'Not there any more, as shown at' : 'Not live since';
  const live = lostAtMs === null ? 'Live' : `${lost} ${clockOf(lostAtMs)}`;
  write(state, pausedAtMs === null ? live : `Paused at ${clockOf(pausedAtMs)}`);
  write(button, pausedAtMs === null ? 'Pause updates' : 'Resume updates');
  announce();
}

/**
 * @param {Element} element
 * @param {string} words
 */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** @param {number} ms */
function clockOf(ms) {
  const timeZone = document.body.dataset['zone'] ?? 'UTC';
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(ms);
}

function pauseOrResume() {
  pausedAtMs = pausedAtMs === null ? Date.now() : null;
  if (pausedAtMs === null) sessionStorage.removeItem(PAUSED);
  else sessionStorage.setItem(PAUSED, String(pausedAtMs));
  tellState();
  if (pausedAtMs === null) bringUpToDate('shown');
}

function begin() {
  tellState();
  beginAnnouncing();
}

document.addEventListener('turbo:load', begin);
document.addEventListener('callistra:back', () => bringUpToDate('shown'));
document.addEventListener('callistra:ask', () => bringUpToDate('shown'));
document.addEventListener('visibilitychange', () => {
  if (due !== null) bringUpToDate(due);
});
// Other page scripts ask for news of what goes on here, and say that somebody is back.
document.addEventListener('click', ({ target }) => {
  if (!(target instanceof Element)) return;
  if (target.closest('[data-pause]')) pauseOrResume();
  if (target.closest('[data-show-new]')) bringUpToDate('whole');
});
listenTogether((news) => {
  if (news === 'changed') return bringUpToDate('shown');
  lostAtMs ??= Date.now();
  tellState();
});
begin();
