import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A Bicep file as text without comments, and what it declares. No compiler: `az bicep build` in CI is the judge of the syntax. */
export type Bicep = {
  readonly file: string;
  readonly text: string;
  readonly params: ReadonlyMap<string, { readonly type: string; readonly hasDefault: boolean }>;
  readonly outputs: readonly string[];
};

/** A module as main uses it: the symbol, the file's name, and the parameters given. */
export type Use = { readonly symbol: string; readonly file: string; readonly given: readonly string[] };

/** @param path from the root of the repository */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function readBicep(path: string): Bicep {
  // An address such as https:// has no white space before its slashes.
  const text = read(path).replaceAll(/(^|\s)\/\/.*$/gm, '$1');
  const params = [...text.matchAll(/^param (\w+) (\w+)( =)?/gm)].map(
    ([, name = '', type = '', assigned]) => [name, { type, hasDefault: assigned !== undefined }] as const,
  );
  return { file: basename(path), text, params: new Map(params), outputs: namesOf(text, /^output (\w+)/gm) };
}

/** The first group of every match. */
export function namesOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

export const main = readBicep('infra/bicep/main.bicep');

export const modules: readonly Bicep[] = readdirSync(join(root, 'infra/bicep/modules'))
  .sort()
  .map((name) => readBicep(`infra/bicep/modules/${name}`));

export const files: readonly Bicep[] = [main, ...modules];

export function moduleOf(file: string): Bicep {
  const found = modules.find((one) => one.file === file);
  if (!found) throw new Error(`no module ${file}`);
  return found;
}

export function usesInMain(): Use[] {
  return [...main.text.matchAll(/^module (\w+) 'modules\/([^']+)' =.*?^}/gms)].map(
    ([block, symbol = '', file = '']) => {
      const params = /^ {2}params: \{$(.*?)^ {2}\}$/ms.exec(block)?.[1] ?? '';
      return { symbol, file, given: namesOf(params, /^ {4}(\w+):/gm) };
    },
  );
}

/** The text of one resource. */
export function resourceOf(bicep: Bicep, symbol: string): string {
  const found = new RegExp(`^resource ${symbol} .*?^[\\]}]`, 'ms').exec(bicep.text);
  if (!found) throw new Error(`no resource ${symbol} in ${bicep.file}`);
  return found[0];
}

/** The texts in the list of a property, such as `dataActions`; null when there is no such list. */
export function listOf(text: string, property: string): string[] | null {
  const list = new RegExp(`\\b${property}: \\[([^\\]]*)\\]`).exec(text)?.[1];
  return list === undefined ? null : namesOf(list, /'([^']*)'/g);
}

/** The text of all sources below a folder. */
export function sourcesOf(folder: string): string {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(join(folder, name)))
    .join('\n');
}
