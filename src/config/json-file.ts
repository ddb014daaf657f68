import { readFileSync } from 'node:fs';
import { errorCode } from '../base/coded-error.ts';
import { readJson } from '../base/json-text.ts';
import { ConfigError } from './values.ts';

/**
 * Reads a file of JSON that a setting names, with a byte order mark or without.
 * @param what names the setting in the error
 * @throws ConfigError which names the file and the place, and nothing of what it holds
 */
export function readJsonFile(what: string, path: string): unknown {
  const read = readJson(bytesOf(what, path));
  if ('value' in read) return read.value;
  throw new ConfigError([`${what}: ${path} ${read.flaw}`]);
}

function bytesOf(what: string, path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError([`${what}: ${path} cannot be read (${errorCode(error)}); it must name a file`]);
  }
}
