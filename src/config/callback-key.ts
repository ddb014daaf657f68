import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { ConfigError } from './values.ts';

/**
 * The key from which the callback secrets of calls are derived: the setting, else one that is made once and kept in the
 * data directory, since calls that are open during a restart must keep their secrets.
 */
export function callbackKey(setting: string | null, path: string): Buffer {
  if (setting !== null) return Buffer.from(setting);
  try {
    // `wx`: of two starts at once one makes the key, the other reads it.
    writeFileSync(path, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
  if (key.length >= 32) return key;
  throw new ConfigError([`${path}: does not hold a key of 32 bytes; remove it when no call is open`]);
}
