import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CODE, type Source } from './imports.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The code of a folder of the top level, in alphabetical order. */
export function sources(folder: string): Source[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => CODE.test(name))
    .sort()
    .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') }));
}

/** Everything that runs in production. */
export const HOUSE = ['src', 'projections'].flatMap(sources);
