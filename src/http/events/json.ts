/** Whether it is an object with members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Without control characters and lone surrogates: those become the same replacement character in every store, so two
// different ids would be taken for one.
const NAME = /^[^\p{C}]{1,256}$/u;

// The ids and types of ACS are all of this kind, which is much quicker to tell.
const PLAIN_NAME = /^[\w.-]{1,256}$/;

/** Whether it can be an id or a type in the log. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && (PLAIN_NAME.test(value) || NAME.test(value));
}

/** The exact texts of the elements of an array that is known to be valid JSON, without the space around them. */
export function arrayElements(text: string): string[] {
  const elements: string[] = [];
  let depth = 0;
  let start = text.indexOf('[') + 1;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
    } else if (char === '{' || char === '[') {
      depth += 1;
    } else if ((char === ',' || char === ']') && depth === 0) {
      const element = text.slice(start, at).trim();
      if (element !== '') elements.push(element);
      start = at + 1;
    } else if (char === '}' || char === ']') {
      depth -= 1;
    }
  }
  return elements;
}

/** The place of the quote that ends the string which begins at `quote`. */
function endOfString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
}
