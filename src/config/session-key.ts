import { randomBytes } from 'node:crypto';
import { errorCode } from '../base/coded-error.ts';
import { writeNew } from '../files/private.ts';
import { textIn } from './text-file.ts';
import { ConfigError } from './values.ts';

/** 32 bytes as hex. */
const KEY = /^[0-9a-f]{64}$/;

/** The key that seals sessions of a single server, made if there is no file. @throws ConfigError which names nothing of what it holds */
export function sessionKeyMadeIn(path: string): Buffer {
  try {
    // Of two starts at once one makes the key, the other reads it.
    writeNew(path, `${randomBytes(32).toString('hex')}\n`);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw new ConfigError([`${path}: cannot be made (${errorCode(error)})`]);
  }
  const text = textIn(path)?.trim() ?? '';
  if (KEY.test(text)) return Buffer.from(text, 'hex');
  throw new ConfigError([
    `${path}: must hold a key of 64 hex digits; without the file a new one is made, and all sign in anew`,
  ]);
}
