/** What a file of JSON holds; or what is wrong with it, in words that repeat nothing of it. */
export type JsonText = { readonly value: unknown } | { readonly flaw: string };

/** The encodings that a byte order mark names: editors and shells on Windows write them. */
const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** The text of a file, without its byte order mark; null: it is no text in UTF-8, and no mark says otherwise. */
export function textOf(bytes: Uint8Array): string | null {
  const encoding = MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte))?.[0] ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function readJson(bytes: Uint8Array): JsonText {
  const text = textOf(bytes);
  if (text === null) return { flaw: 'is no text in UTF-8' };
  if (text.trim() === '') return { flaw: 'is empty, and should hold JSON' };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { flaw: `is no JSON: ${placeOf(text, flawIn(text))}` };
  }
}

function placeOf(text: string, { at, wanted }: Flaw): string {
  const lines = text.slice(0, at).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1} should be ${wanted}`;
}

/** Where a text stops being JSON, and what could stand there. */
type Flaw = { readonly at: number; readonly wanted: string };

const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const OTHER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const BLANK = /[ \t\r\n]*/y;

/** The engine's own message holds what stands there, which may be a secret, and often no place. */
function flawIn(text: string): Flaw {
  let at = 0;
  const open: ('{' | '[')[] = [];
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found !== undefined;
  };
  const next = (): string => {
    take(BLANK);
    return text[at] ?? '';
  };
  for (let expects: 'value' | 'first' | 'key' | 'colon' | 'after' = 'value'; ; ) {
    const char = next();
    const inside = open.at(-1);
    if (expects === 'first' && char === (inside === '{' ? '}' : ']')) {
      at += 1;
      open.pop();
      expects = 'after';
    } else if (expects === 'key' || (expects === 'first' && inside === '{')) {
      if (!take(STRING)) return { at, wanted: 'a name in double quotes' };
      expects = 'colon';
    } else if (expects === 'colon') {
      if (char !== ':') return { at, wanted: 'a colon' };
      at += 1;
      expects = 'value';
    } else if (expects === 'after') {
      if (inside === undefined) return { at, wanted: 'the end' };
      const end = inside === '{' ? '}' : ']';
      if (char !== ',' && char !== end) return { at, wanted: `a comma or ${end}` };
      at += 1;
      if (char === end) open.pop();
      else expects = inside === '{' ? 'key' : 'value';
    } else if (char === '{' || char === '[') {
      at += 1;
      open.push(char);
      expects = 'first';
    } else {
      if (!take(STRING) && !take(OTHER))
        return { at, wanted: 'a value: a text in double quotes, a number, a list or an object' };
      expects = 'after';
    }
  }
}
