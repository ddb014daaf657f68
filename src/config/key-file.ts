import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { openNewSync } from '../files/private.ts';
import { readSigner, type Signer, secretLine } from '../tlog/keys.ts';
import { textIn } from './text-file.ts';
import { ConfigError } from './values.ts';

/**
 * The keys in a file, oldest first; null when there is no file.
 * @throws ConfigError for a file that holds something else
 */
export function keysIn(path: string): readonly Signer[] | null {
  const text = textIn(path);
  return text === null ? null : signersIn(text, path);
}

/**
 * The same, of a file with a first key that is made if there is none. Of two who make it at once one makes it, and the other
 * reads it.
 * @throws ConfigError
 */
export function keysMadeIn(path: string, first: () => Signer): readonly Signer[] {
  const known = keysIn(path);
  if (known) return known;
  withPart(path, [first()], (part) => {
    try {
      linkSync(part, path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    } finally {
      unlinkSync(part);
    }
  });
  return keysIn(path)!;
}

/** Puts these keys into the file, instead of what is in it, at one moment. */
export function replaceKeys(path: string, keys: readonly Signer[]): void {
  withPart(path, keys, (part) => renameSync(part, path));
}

/**
 * Reads secret lines, one after the other with space or commas between.
 * @throws ConfigError @param from what they stand in, for the message, which never holds them
 */
export function signersIn(text: string, from: string): readonly Signer[] {
  const signers = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(readSigner);
  if (signers.length > 0 && signers.every((signer) => signer !== null)) return signers;
  throw new ConfigError([`${from}: does not hold lines of the form PRIVATE+KEY+name+id+key`]);
}

/** Whole and on the disk before it has its name. */
function withPart(path: string, keys: readonly Signer[], place: (part: string) => void): void {
  const part = `${path}.${randomUUID()}.part`;
  const file = openNewSync(part);
  try {
    writeSync(file, keys.map((key) => `${secretLine(key)}\n`).join(''));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  place(part);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
