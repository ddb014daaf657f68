// Hides the page when nobody has a hand on it for a while. It is not left: what was typed stays, for whoever proves in a second window
// to be the same person. Only keys, pointer, forms and navigation count; what pages fetch by themselves shows nobody.

/** So long before it the page says what is coming. */
const WARN_MS = 60_000;
/** The server is told of hands once in so long: it ends a session by itself a minute later than the page does. */
const TELL_MS = 30_000;
/** And the other tabs of this browser once in so long. */
const SHARE_MS = 2_000;

const root = document.documentElement;
const tabs = new BroadcastChannel('callistra-session');

let handMs = Date.now();
let toldMs = Date.now();
let sharedMs = 0;

/** @param {string} name */
const meta = (name) => document.querySelector(`meta[name="callistra-${name}"]`)?.getAttribute('content') ?? null;
/** In milliseconds; null: nobody signs in here. */
const idleMs = () => (meta('idle') === null ? null : Number(meta('idle')));
const isAway = () => root.dataset['away'] !== undefined;

function hand() {
  const now = Date.now();
  const idle = idleMs();
  // Whoever comes too late has to say who they are, however the machine has slept.
  if (idle === null || isAway() || now - handMs >= idle) return;
  handMs = now;
  if (now - sharedMs >= SHARE_MS) {
    sharedMs = now;
    tabs.postMessage({ handMs: now });
  }
  if (now - toldMs >= TELL_MS) void tell(now);
}

/** @param {number} now */
async function tell(now) {
  toldMs = now;
  const answer = await fetch('/console/here', { method: 'POST' }).catch(() => null);
  if (answer?.status === 401) hide('over');
}

function look() {
  const idle = idleMs();
  if (idle === null || isAway()) return;
  const quietMs = Date.now() - handMs;
  if (quietMs >= idle) timeOut();
  else warn(quietMs >= idle - WARN_MS);
}

/** @param {boolean} isSoon */
function warn(isSoon) {
  const shown = document.querySelector('.idle-warning');
  if (!isSoon) shown?.remove();
  if (!isSoon || shown) return;
  const line = document.createElement('p');
  line.className = 'idle-warning';
  line.setAttribute('role', 'status');
  line.textContent =
    'Nobody has used this page for a while: it is hidden in a minute. Press a key or move the pointer to stay.';
  document.body.append(line);
}

function timeOut() {
  tabs.postMessage({ away: 'idle' });
  hide('idle');
  void fetch('/console/sign-out/idle', { method: 'POST', keepalive: true }).catch(() => null);
}

/** @type {Readonly<Record<string, string>>} */
const WORDS = {
  idle: 'Nobody used this page for a while, so it is hidden.',
  over: 'Your session is over, so this page is hidden.',
};

/** @param {string} why */
function hide(why) {
  if (isAway()) return;
  root.dataset['away'] = why;
  for (const part of document.body.children) if (part instanceof HTMLElement) part.inert = true;
  const box = document.createElement('section');
  box.className = 'away';
  box.setAttribute('role', 'dialog');
  box.setAttribute('aria-modal', 'true');
  box.setAttribute('aria-labelledby', 'away-title');
  const title = document.createElement('h1');
  title.id = 'away-title';
  title.textContent = 'Are you still there?';
  const words = document.createElement('p');
  words.textContent = `${WORDS[why] ?? ''} What you have typed is kept: sign in again, in a window beside this one, and go on.`;
  box.append(title, words, link());
  document.body.append(box);
  box.querySelector('a')?.focus();
}

function link() {
  const again = document.createElement('a');
  again.className = 'button';
  again.textContent = 'Sign in again';
  again.href = '/console/sign-in?again=1&returnTo=%2Fconsole%2Fback';
  again.target = '_blank';
  again.dataset['turbo'] = 'false';
  again.addEventListener('click', (event) => {
    // A window that a script has opened can close itself.
    if (window.open(again.href, '_blank')) event.preventDefault();
  });
  return again;
}

function show() {
  delete root.dataset['away'];
  document.querySelector('.away')?.remove();
  for (const part of document.body.children) if (part instanceof HTMLElement) part.inert = false;
  handMs = Date.now();
  toldMs = handMs;
  document.dispatchEvent(new Event('callistra:back'));
}

/** @param {string | null} person who is signed in now */
function meet(person) {
  if (person === null || idleMs() === null) return;
  if (person !== meta('person')) location.replace('/console');
  else if (isAway()) show();
}

/** Whether somebody has signed in meanwhile. */
async function ask() {
  const answer = await fetch('/console/session').catch(() => null);
  if (answer?.ok) meet((await answer.json()).person);
}

function arrive() {
  if (meta('person') === null) return;
  handMs = Date.now();
  tabs.postMessage({ person: meta('person') });
  if (document.querySelector('[data-back]')) window.close();
}

tabs.addEventListener('message', ({ data }) => {
  if (typeof data.handMs === 'number' && !isAway()) handMs = Math.max(handMs, data.handMs);
  if (typeof data.away === 'string' && idleMs() !== null) hide(data.away);
  if (typeof data.person === 'string') meet(data.person);
});
for (const event of ['keydown', 'pointerdown', 'pointermove', 'wheel', 'submit'])
  document.addEventListener(event, hand, { capture: true, passive: true });
document.addEventListener('submit', ({ target }) => {
  if (target instanceof HTMLFormElement && target.classList.contains('sign-out')) tabs.postMessage({ away: 'over' });
});
document.addEventListener('turbo:load', arrive);
for (const event of ['turbo:before-visit', 'turbo:before-render'])
  document.addEventListener(event, (visit) => {
    if (isAway()) visit.preventDefault();
  });
document.addEventListener('callistra:signed-out', () => {
  if (idleMs() !== null) hide('over');
});
document.addEventListener('visibilitychange', () => {
  if (isAway() && !document.hidden) void ask();
  else look();
});
window.addEventListener('focus', () => {
  if (isAway()) void ask();
});
setInterval(look, 1_000);
arrive();
