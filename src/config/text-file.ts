import { readFileSync } from 'node:fs';
import { errorCode } from '../base/coded-error.ts';
import { textOf } from '../base/json-text.ts';
import { ConfigError } from './values.ts';

/**
 * What stands in a file of text that somebody may have had in an editor: UTF-8, or what a byte order mark names, which is no
 * part of it; null: there is no such file.
 * @throws ConfigError which names the file, and nothing of what it holds
 */
export function textIn(path: string): string | null {
  const bytes = bytesIn(path);
  if (bytes === null) return null;
  const text = textOf(bytes);
  if (text === null) throw new ConfigError([`${path}: is no text in UTF-8`]);
  return text;
}

/** The same of a file that must be there. @throws ConfigError */
export function readTextFile(path: string): string {
  const text = textIn(path);
  if (text === null) throw new ConfigError([`${path}: cannot be read (ENOENT); it must name a file`]);
  return text;
}

function bytesIn(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new ConfigError([`${path}: cannot be read (${errorCode(error)})`]);
  }
}
