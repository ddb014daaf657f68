// Plays a call as it happened, and shows it as of any entry. What is hidden is still on the page: nothing is fetched.

/** A gap that is longer is cut to this: waiting looks like waiting, and nobody has to sit through it. */
const GAP_MS = 3_000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

function setUp() {
  const film = document.querySelector('[data-film]');
  if (!(film instanceof HTMLElement)) return;
  film.hidden = false;
  const range = /** @type {HTMLInputElement} */ (film.querySelector('[data-as-of]'));
  const play = /** @type {HTMLButtonElement} */ (film.querySelector('[data-play]'));
  range.oninput = () => {
    stop(play);
    show(Number(range.value));
  };
  play.onclick = () => (timer === undefined ? begin(range, play) : stop(play));
}

/** @returns {HTMLElement[]} */
function steps() {
  return [...document.querySelectorAll('[data-step]')].filter((each) => each instanceof HTMLElement);
}

/** @param {number} count */
function show(count) {
  const all = steps();
  all.forEach((step, index) => {
    step.hidden = index >= count;
  });
  const place = document.querySelector('[data-place]');
  if (place) place.textContent = count >= all.length ? 'all of it' : `entry ${count} of ${all.length}`;
}

/**
 * @param {HTMLInputElement} range
 * @param {HTMLButtonElement} play
 */
function begin(range, play) {
  const all = steps();
  const times = all.map((step) => Number(step.dataset['ms']));
  play.textContent = 'Stop';
  const next = (/** @type {number} */ count) => {
    range.value = String(count);
    show(count);
    if (count >= all.length) return stop(play);
    const gap = (times[count] ?? 0) - (times[count - 1] ?? 0);
    timer = setTimeout(next, Math.min(Math.max(gap, 0), GAP_MS), count + 1);
  };
  next(1);
}

/** @param {HTMLButtonElement} play */
function stop(play) {
  clearTimeout(timer);
  timer = undefined;
  play.textContent = 'Play';
}

document.addEventListener('turbo:load', setUp);
setUp();
