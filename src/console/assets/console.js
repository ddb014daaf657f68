// Turbo does navigation and forms. This brings regions marked `data-live` up to date, and touches nothing else: Turbo's own
// refresh of a page was seen to wipe half-typed inputs and to close what was open.
import './film.js';
import './phone.js';

/** Turbo puts itself here. */
const turbo = /** @type {{ morphElements(from: Element, to: Element): void }} */ (/** @type {any} */ (window).Turbo);

/** What is fetched again after news comes once in so long at most. */
const PAUSE_MS = 1_000;
/** A stream that was refused once is given up by the browser: it is opened anew. */
const AGAIN_MS = 5_000;

let isFetching = false;
let isDue = false;

async function bringUpToDate() {
  if (isFetching || document.hidden) {
    isDue = true;
    return;
  }
  const regions = [...document.querySelectorAll('[data-live]')];
  if (regions.length === 0) return;
  isFetching = true;
  isDue = false;
  try {
    const address = location.href;
    const answer = await fetch(address, { headers: { accept: 'text/html', 'x-callistra-live': '1' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (address === location.href) for (const region of regions) morph(region, page);
    say('');
  } catch {
    say(`not live since ${new Date().toTimeString().slice(0, 5)}`);
  }
  setTimeout(() => {
    isFetching = false;
    if (isDue) void bringUpToDate();
  }, PAUSE_MS);
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

/** @param {string} words */
function say(words) {
  let line = document.querySelector('.live-state');
  if (!line) {
    line = document.createElement('p');
    line.className = 'live-state';
    line.setAttribute('role', 'status');
    document.body.append(line);
  }
  if (line.textContent !== words) line.textContent = words;
  /** @type {HTMLElement} */ (line).hidden = words === '';
}

// One stream for all tabs of this browser: with HTTP/1.1 it may have six connections to a server in all.
const channel = new BroadcastChannel('callistra-live');
channel.addEventListener('message', () => void bringUpToDate());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && isDue) void bringUpToDate();
});

function listen() {
  const stream = new EventSource('/console/live');
  stream.addEventListener('changed', () => {
    channel.postMessage('changed');
    void bringUpToDate();
  });
  stream.addEventListener('error', () => {
    if (stream.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, AGAIN_MS);
  });
}

if (navigator.locks) void navigator.locks.request('callistra-live', () => new Promise(() => listen()));
else listen();
