import { type Reading, readNumber } from './values.ts';

/** How long people stay signed in to the console, and who seals what their browsers keep. */
export type SessionsConfig = {
  /** At least 32 bytes; null: kept in a file of the data directory. */
  readonly key: string | null;
  /** The key before that: whoever signed in by it stays signed in. */
  readonly keyBefore: string | null;
  /** After so long without a hand on it the console is hidden. */
  readonly idleMs: number;
};

const MINUTE_MS = 60_000;

/** @param isShared whether several instances may serve one browser, so that all of them need the same key */
export function readSessions(reading: Reading, isShared: boolean): SessionsConfig {
  const key = readKey(reading, 'SESSION_KEY');
  const keyBefore = readKey(reading, 'SESSION_KEY_BEFORE');
  if (key === null && isShared)
    reading.problems.push('SESSION_KEY: missing; who signs in to the console at one instance is served by all of them');
  if (keyBefore !== null && keyBefore === key)
    reading.problems.push('SESSION_KEY_BEFORE: must be the key that SESSION_KEY has replaced, and is the same');
  if (keyBefore !== null && key === null) reading.problems.push('SESSION_KEY_BEFORE: missing: SESSION_KEY');
  const idleMs = readNumber(reading, 'SESSION_IDLE_MINUTES', 15, { least: 1, most: 480 }) * MINUTE_MS;
  return { key, keyBefore, idleMs };
}

function readKey({ value, problems }: Reading, name: string): string | null {
  const key = value(name);
  if (key !== null && Buffer.byteLength(key) < 32) problems.push(`${name}: must have at least 32 bytes`);
  return key;
}
