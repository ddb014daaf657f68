// A form that could not be sent, or whose answer is no page, stays as it is, with what was typed. It says so.

document.addEventListener('turbo:submit-end', (event) => {
  const { success, fetchResponse } = /** @type {any} */ (event).detail;
  if (!(event.target instanceof HTMLFormElement)) return;
  event.target.parentElement?.querySelector('[data-unsent]')?.remove();
  if (success || fetchResponse?.isHTML) return;
  const words = document.createElement('p');
  words.className = 'note';
  words.dataset['unsent'] = '';
  words.setAttribute('role', 'alert');
  const why = fetchResponse ? 'The server has too much to do.' : 'The server could not be reached.';
  words.textContent = `${why} What you typed is still here: send it again in a moment.`;
  event.target.after(words);
});
