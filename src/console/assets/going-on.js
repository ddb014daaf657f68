// Asks again each second for what is live while something on the page goes on in the server, or a form has just set it going.

const EVERY_MS = 1_000;
/** As long as the server may take to begin. */
const BEGINS_MS = 10_000;

let untilMs = 0;

document.addEventListener('submit', ({ target }) => {
  if (target instanceof HTMLElement && target.matches('[data-sets-going]')) untilMs = performance.now() + BEGINS_MS;
});

setInterval(() => {
  if (!document.querySelector('[data-busy]') && performance.now() >= untilMs) return;
  document.dispatchEvent(new Event('callistra:ask'));
}, EVERY_MS);
