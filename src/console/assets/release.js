// A server may be upgraded under an open page. Turbo then shows pages of the new release in this document, whose scripts are the
// old ones: those of the new one would hear each key beside them, so they are not run (`data-turbo-eval`). A form that is sent
// back with what is wrong stays as it is, with what was typed; the next page that somebody goes to is loaded as a whole.

/** With a hash of all of its files. */
const FOLDER = new URL('.', import.meta.url).href;

document.addEventListener('turbo:load', () => {
  if ([...document.scripts].some(({ src }) => !src.startsWith(FOLDER))) location.reload();
});
