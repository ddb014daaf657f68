/** What every terminal shows without breaking lines itself. */
export const COLUMNS = 80;

/** Text of others may hold what a terminal takes for an order. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

/**
 * A text in lines of at most 80 columns: the first begins with `label`, the others are indented as far.
 * @param label shorter than half a line
 */
export function hang(label: string, text: string, columns = COLUMNS): string[] {
  const indent = ' '.repeat(label.length);
  const lines = fill(printable(text), columns - label.length);
  return lines.map((line, index) => `${index === 0 ? label : indent}${line}`.trimEnd());
}

/** Words in lines of at most so many columns; a word that is longer is cut. */
function fill(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/).flatMap((whole) => pieces(whole, columns))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= columns) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line];
}

function pieces(word: string, columns: number): string[] {
  const found: string[] = [];
  let piece = '';
  for (const character of word) {
    if (widthOf(piece + character) > columns) {
      found.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...found, piece];
}

/** East Asian signs and pictures take two columns, marks that stand on the letter before them none. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const NO_WIDTH = /\p{Mn}|\p{Me}/u;

/** How many columns a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
