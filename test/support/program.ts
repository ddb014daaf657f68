import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILT } from './runner/build.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The server's own, as an operator runs it. */
export const MAIN = join(ROOT, 'src', 'main.ts');

/** What Node is given to run a program of this checkout, from its sources. */
export function sourcesOf(path: string): readonly string[] {
  return ['--import', import.meta.resolve('tsx'), path];
}

/** What Node is given to run a program of this checkout: as it was built for the suites, if it was. */
export function programOf(path: string): readonly string[] {
  const built = process.env[BUILT];
  if (built === undefined) return sourcesOf(path);
  return [join(built, relative(ROOT, path).replace(/\.ts$/, '.js'))];
}
