import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Read, write or enter: by the group, or by everybody. */
const OTHERS = 0o077;
/** A folder of many years is not gone through at each start: what earlier releases left open are the files beside the log. */
const LOOKED_AT_MAX = 5_000;
const NAMED_MAX = 5;

/**
 * Finds files and folders that others than their owner may use: these, and all that is in them. Links in them are not followed,
 * what is not there is passed over. Nothing is changed: who else is meant to use them, only their owner knows.
 * @returns one line for people, with what to do; null when there are none, or this machine knows no such modes
 */
export function wideFiles(places: readonly string[]): string | null {
  if (process.platform === 'win32') return null;
  const found: Found = { wide: new Set(), left: LOOKED_AT_MAX };
  const within = places
    .map((place) => resolve(place))
    .filter((place) => addWide(place, statOf(place, statSync), found));
  if (within.length === 0) return null;
  const wide = [...found.wide];
  const more = wide.length > NAMED_MAX ? ` and ${wide.length - NAMED_MAX} more` : '';
  const named = wide.slice(0, NAMED_MAX).map(inShell).join(' ');
  return `others than their owner may use ${named}${more}: chmod -R go= ${within.map(inShell).join(' ')}`;
}

type Found = { readonly wide: Set<string>; left: number };

/** @returns whether there was something that was not found before */
function addWide(path: string, stats: Stats | null, found: Found): boolean {
  if (stats === null || found.left === 0) return false;
  found.left -= 1;
  const before = found.wide.size;
  if ((stats.mode & OTHERS) !== 0) found.wide.add(path);
  if (stats.isDirectory()) {
    for (const name of namesIn(path)) {
      const inside = join(path, name);
      const its = statOf(inside, lstatSync);
      if (its?.isSymbolicLink() === false) addWide(inside, its, found);
    }
  }
  return found.wide.size > before;
}

/** What was removed meanwhile, or is not ours to look into, is passed over. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function statOf(path: string, of: (path: string) => Stats): Stats | null {
  try {
    return of(path);
  } catch {
    return null;
  }
}

/** As a shell takes it. */
function inShell(path: string): string {
  return /^[\w./@%+:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
