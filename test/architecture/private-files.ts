import { type Source, withoutComments } from './imports.ts';

/** What makes a file or a folder, or copies one with its mode. */
const MAKERS =
  /^(writeFile|appendFile|mkdir|mkdtemp|copyFile|cp|symlink)(Sync)?$|^(createWriteStream|WriteStream|mkdtempDisposable)$/;
const FROM_FS = /^import\s+(type\s)?\s*([^;]*?)\s*from\s+'(?:node:)?fs(?:\/promises)?';/gm;
/** Opened to be read, whatever the name of the file. */
const TO_READ = /^\((?:[^(),]|\([^()]*\))+, 'r'\)/;
const DATABASE = /new Database\((?!':memory:')/;
const OTHERWISE = /\bimport\(\s*'(?:node:)?fs|\brequire\(|\bfs\.constants\.O_CREAT|\bprocess\.umask\b|promises as /;

/** How a source makes files past the one place for that; empty: it does not. */
export function makesFiles(source: Source): string[] {
  const code = withoutComments(source.text);
  const imports = [...code.matchAll(FROM_FS)].filter(([, isType]) => isType === undefined);
  const names = imports.flatMap(([, , list = '']) => namesIn(list));
  const opens = names.filter((name) => /^open(Sync)?$/.test(name));
  return [
    ...names.filter((name) => MAKERS.test(name)),
    ...opens.filter((name) => !callsOf(code, name).every((call) => TO_READ.test(call))),
    ...(DATABASE.test(code) && !/\bmakeFile\(/.test(code) ? ['Database'] : []),
    ...(/VACUUM INTO/.test(code) && !/\bmakeFile\(/.test(code) ? ['VACUUM INTO'] : []),
    ...(OTHERWISE.test(code) ? ['on another way'] : []),
  ];
}

/** The names that are imported under their own; under another, or all together, they would be no name to look for. */
function namesIn(list: string): string[] {
  const inside = /^\{([^}]*)\}$/.exec(list.trim())?.[1];
  if (inside === undefined || /\bas\b/.test(inside)) return ['writeFile'];
  return inside.split(',').map((name) => name.trim().replace(/^type\s/, ''));
}

/** What stands behind the name, wherever it is used: a call, or itself as a value, which could be called with anything. */
function callsOf(code: string, name: string): string[] {
  const body = code.replaceAll(FROM_FS, '');
  return [...body.matchAll(new RegExp(`(?<![.\\w])${name}\\b(?!\\s*[:?]|\\w)`, 'g'))].map(({ index }) =>
    body.slice(index + name.length),
  );
}
