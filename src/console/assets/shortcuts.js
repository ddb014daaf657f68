// Keys for whoever works here all day: `/` searches, `?` lists them, `g` and a letter go to a page, `j` and `k` go through the
// rows of a table. Nothing while somebody types, nothing with another key held; and they can be switched off (WCAG 2.1.4).

/** A letter belongs to the `g` before it for so long. */
const LETTER_MS = 1_500;

let wentAtMs = Number.NEGATIVE_INFINITY;

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (document.querySelector('[data-shortcuts="off"], dialog[open]') || isField(event.target)) return;
  if (act(event.key)) event.preventDefault();
});

/** @param {EventTarget | null} target */
function isField(target) {
  return target instanceof Element && target.closest('input, select, textarea, [contenteditable]') !== null;
}

/**
 * @param {string} key
 * @returns whether it does something here
 */
function act(key) {
  const isLetter = performance.now() - wentAtMs < LETTER_MS;
  wentAtMs = Number.NEGATIVE_INFINITY;
  if (isLetter) return goTo(key);
  if (key === '/') return focusSearch();
  if (key === '?') return openList();
  if (key === 'j') return toRow(1);
  if (key === 'k') return toRow(-1);
  if (key === 'g') wentAtMs = performance.now();
  return key === 'g';
}

/** @param {string} letter */
function goTo(letter) {
  /** @type {HTMLElement | null} */
  const link = document.querySelector(`nav a[data-key="${CSS.escape(letter)}"]`);
  link?.click();
  return link !== null;
}

function focusSearch() {
  /** @type {HTMLInputElement | null} */
  const field = document.querySelector('[data-search]');
  field?.select();
  field?.focus();
  return field !== null;
}

function openList() {
  /** @type {HTMLDialogElement | null} */
  const list = document.querySelector('dialog#keys');
  list?.showModal();
  return list !== null;
}

/**
 * Each row has one link, which Enter opens.
 * @param {1 | -1} by
 */
function toRow(by) {
  /** @type {HTMLElement[]} */
  const links = [];
  for (const row of document.querySelectorAll('main tbody tr')) {
    const link = row.querySelector('a');
    if (link) links.push(link);
  }
  const here = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement));
  const next = links[here === -1 && by === -1 ? links.length - 1 : Math.max(0, here + by)];
  next?.focus();
  return next !== undefined;
}
