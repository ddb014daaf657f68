// A telephone in the page: it rings, speaks what is said, and sends keys at once. Without it the page works too, key by key.

/** How often the page asks how the call stands: a prompt should not be late by more than people notice. */
const LOOK_MS = 500;

/** @type {string | null} */
let spokenOf = null;
let spoken = 0;
let isAsking = false;

setInterval(() => void look(), LOOK_MS);

async function look() {
  const phone = document.querySelector('[data-phone]');
  if (!phone || document.hidden || isAsking) return;
  isAsking = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById(phone.id);
    if (fresh) /** @type {any} */ (window).Turbo.morphElements(phone, fresh);
    speak(phone);
  } catch {
    // The next look comes by itself.
  } finally {
    isAsking = false;
  }
}

/** @param {Element} phone */
function speak(phone) {
  const call = phone.querySelector('[data-call]')?.getAttribute('data-call') ?? null;
  if (call !== spokenOf) {
    spokenOf = call;
    spoken = 0;
    window.speechSynthesis?.cancel();
  }
  const said = [...phone.querySelectorAll('[data-heard="said"] q')];
  for (const line of said.slice(spoken)) say(line.textContent ?? '');
  spoken = said.length;
}

/** @param {string} text */
function say(text) {
  const { speechSynthesis } = window;
  if (!speechSynthesis) return;
  // Voices of the network send the text to whoever makes them.
  const voice = speechSynthesis.getVoices().find((each) => each.localService && each.lang.startsWith('en'));
  if (!voice) return;
  const words = new SpeechSynthesisUtterance(text);
  words.voice = voice;
  words.lang = voice.lang;
  speechSynthesis.speak(words);
}

document.addEventListener('click', (event) => {
  const key = event.target instanceof HTMLButtonElement && event.target.closest('.keypad') ? event.target : null;
  if (!key) return;
  event.preventDefault();
  void press(key.value);
});

document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !/^[0-9*#]$/.test(event.key)) return;
  if (document.querySelector('.keypad')) void press(event.key);
});

/** @param {string} key */
async function press(key) {
  const pad = document.querySelector('.keypad');
  if (!(pad instanceof HTMLFormElement)) return;
  // Who answers need not hear the prompt to its end.
  window.speechSynthesis?.cancel();
  const body = new URLSearchParams({ call: /** @type {any} */ (pad.elements).call.value, keys: key });
  await fetch(pad.action, { method: 'POST', body, redirect: 'manual' });
  await look();
}
