// The keys of a telephone in a page: pressed there or on the keyboard, the pad is told of them as `callistra:key`.

document.addEventListener('click', (event) => {
  const key = event.target instanceof HTMLButtonElement ? event.target : null;
  const pad = key?.closest('.keypad');
  if (!key || !pad) return;
  event.preventDefault();
  tell(pad, key.value);
});

document.addEventListener('keydown', (event) => {
  // Single keys can be switched off (WCAG 2.1.4): whoever dictates would press them by what they say.
  if (document.querySelector('[data-shortcuts="off"]')) return;
  const isTyping =
    event.target instanceof HTMLTextAreaElement ||
    event.target instanceof HTMLSelectElement ||
    (event.target instanceof HTMLInputElement && event.target.type !== 'checkbox');
  if (isTyping || event.repeat || event.ctrlKey || event.metaKey || event.altKey || !/^[0-9*#]$/.test(event.key))
    return;
  const pad = document.querySelector('.keypad');
  if (pad) tell(pad, event.key);
});

/**
 * @param {Element} pad
 * @param {string} key
 */
function tell(pad, key) {
  pad.dispatchEvent(new CustomEvent('callistra:key', { bubbles: true, detail: key }));
}

/**
 * The key that was pressed.
 * @param {Event} event
 * @returns {string}
 */
export function keyOf(event) {
  return event instanceof CustomEvent ? String(event.detail) : '';
}
