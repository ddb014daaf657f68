import { closeSync, fsyncSync, openSync, realpathSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../base/coded-error.ts';
import { openNewSync } from '../files/private.ts';
import { ConfigError } from './values.ts';

/**
 * Puts a text, or bytes, into a file of the owner's alone, instead of what is in it, whole and on the disk at one moment. What the text is
 * made of is read while nobody else changes the file this way.
 * @throws ConfigError when somebody else is changing it, or it cannot be written
 */
export function changePrivateFile(path: string, text: () => string | Buffer): void {
  const file = realPath(path);
  const part = `${file}.next`;
  const opened = openPart(part, path);
  try {
    try {
      writeSync(opened, Buffer.from(text()));
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
    renameSync(part, file);
  } catch (error) {
    unlinkSync(part);
    throw error instanceof ConfigError ? error : unwritable(path, error);
  }
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** Its name is the lock. */
function openPart(part: string, path: string): number {
  try {
    return openNewSync(part);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw unwritable(path, error);
    throw new ConfigError([`${path}: another change is under way, or broke off: then remove ${part}`]);
  }
}

/** A link must go on leading to it. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function unwritable(path: string, error: unknown): ConfigError {
  return new ConfigError([`${path}: cannot be written (${errorCode(error)})`]);
}
