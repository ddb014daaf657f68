// A telephone in the page: it rings, speaks what is said, counts down and sends keys at once. Without it the page works too, key
// by key and look by look.

import { keyOf } from './pad.js';
import { endLate, handset, hear, paint, tell } from './phone-now.js';
import { keyTone, mute, muted, ring } from './phone-sound.js';
import { hush, voiceWords } from './voice.js';

/** A prompt should not be late by more than people notice; while nothing goes on the phone is looked at less often. */
const LOOK_MS = 500;
const IDLE_LOOK_MS = 1_000;
const TICK_MS = 100;

const TITLE = 'Telephone · Callistra';

let isAsking = false;
let lookedMs = 0;
/** Since when what is shown stands there. */
let freshMs = performance.now();

setInterval(tick, TICK_MS);
document.addEventListener('turbo:load', () => {
  lookedMs = 0;
  freshMs = performance.now();
  const phone = document.querySelector('[data-phone]');
  if (!phone) return;
  name(phone);
  // It may ring already when somebody comes back to it.
  if (handset(phone)?.dataset['state'] === 'connecting' && document.activeElement === document.body) focusNext(phone);
});

function tick() {
  const phone = document.querySelector('[data-phone]');
  const state = handset(phone)?.dataset['state'] ?? 'none';
  ring(state === 'connecting');
  if (!phone) return;
  paint(phone, performance.now() - freshMs);
  const isActive = state === 'connecting' || state === 'connected';
  if (performance.now() - lookedMs >= (isActive ? LOOK_MS : IDLE_LOOK_MS)) void look(phone);
  if (state === 'disconnected') endLate();
}

/** @param {Element} phone */
async function look(phone) {
  if (isAsking) return;
  isAsking = true;
  const address = location.href;
  try {
    const answer = await fetch(address, { headers: { accept: 'text/html', 'x-callistra-live': '1' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (address === location.href && phone.isConnected) show(phone, page.getElementById(phone.id));
  } catch {
    tell('The telephone cannot be reached at the moment. It is tried again by itself.');
  } finally {
    lookedMs = performance.now();
    isAsking = false;
  }
}

/** @param {Element} phone @param {Element | null} fresh null: it was given back elsewhere */
function show(phone, fresh) {
  const turbo = /** @type {any} */ (window).Turbo;
  if (!fresh) return turbo.visit(location.href, { action: 'replace' });
  const hadFocus = phone.contains(document.activeElement) || document.activeElement === document.body;
  const before = handset(phone)?.dataset['state'];
  turbo.morphElements(phone, fresh);
  freshMs = performance.now();
  name(phone);
  hear(phone);
  paint(phone, 0);
  const isChanged = before !== handset(phone)?.dataset['state'];
  // Who has pressed Answer is at the keys next; whose phone begins to ring is at Answer, unless they are elsewhere.
  if (isChanged && hadFocus) focusNext(phone);
}

/** Whoever is in another tab sees by its title that it rings. @param {Element} phone */
function name(phone) {
  document.title = handset(phone)?.dataset['state'] === 'connecting' ? `It rings · ${TITLE}` : TITLE;
}

/** @param {Element} phone */
function focusNext(phone) {
  const next = phone.querySelector('[data-deed=answer]') ?? phone.querySelector('.keypad button:enabled');
  if (next instanceof HTMLElement) next.focus();
}

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  if (!button) return;
  if (button.hasAttribute('data-mute')) {
    mute(!muted());
    if (muted()) hush();
    button.setAttribute('aria-pressed', String(muted()));
    tell(voiceWords('en', muted()));
    return;
  }
  const isDeed = button.dataset['deed'] !== undefined && button.closest('[data-phone]') !== null;
  if (!isDeed || !button.form) return;
  event.preventDefault();
  void send(button.form, null);
});

document.addEventListener('callistra:key', (event) => {
  const pad = event.target;
  if (!(pad instanceof HTMLFormElement) || !pad.closest('[data-phone]')) return;
  if (pad.querySelector('button:enabled')) void send(pad, keyOf(event));
});

/** @param {HTMLFormElement} form @param {string | null} key */
async function send(form, key) {
  // Who answers need not hear the prompt to its end.
  hush();
  const body = new URLSearchParams({ call: /** @type {any} */ (form.elements).call.value });
  if (key !== null) {
    keyTone(key);
    body.set('keys', key);
  }
  try {
    await fetch(form.action, { method: 'POST', body, redirect: 'manual' });
  } catch {
    tell('That could not be sent. The telephone is tried again by itself.');
  }
  const phone = document.querySelector('[data-phone]');
  if (phone) await look(phone);
}
