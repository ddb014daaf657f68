// What changes is told to whoever hears the page: what is marked `data-announce`, in one go, seldom.

/** At most once in so long. */
const ANNOUNCE_MS = 10_000;

let /** @type {ReadonlySet<string>} */ told = new Set();
let toldAtMs = Number.NEGATIVE_INFINITY;
let isWaiting = false;

function wordsNow() {
  return new Set([...document.querySelectorAll('[data-announce]')].map(({ textContent }) => textContent.trim()));
}

/** A page that has just come is read as a whole: only what changes afterwards is announced. */
export function beginAnnouncing() {
  told = wordsNow();
}

/** Says what has changed since it was said last, now or when its time has come. */
export function announce() {
  if (isWaiting) return;
  const now = wordsNow();
  const news = [...now].filter((words) => words !== '' && !told.has(words));
  const waitMs = toldAtMs + ANNOUNCE_MS - performance.now();
  if (news.length > 0 && waitMs > 0) {
    isWaiting = true;
    setTimeout(announceLater, waitMs);
    return;
  }
  told = now;
  if (news.length === 0) return;
  toldAtMs = performance.now();
  const announcer = document.querySelector('[data-announcer]');
  if (announcer) announcer.textContent = news.join('. ');
}

function announceLater() {
  isWaiting = false;
  announce();
}
