import { randomBytes } from 'node:crypto';
import { errorCode } from '../base/coded-error.ts';
import { writeNew } from '../files/private.ts';
import { changePrivateFile } from './private-file.ts';
import { textIn } from './text-file.ts';
import { ConfigError } from './values.ts';

/** A key that callback secrets are derived from. */
export type CallbackKey = {
  /** 32 bytes. */
  readonly key: Buffer;
  /** When another took its place; null: it is in force. */
  readonly replacedAtMs: number | null;
};

/**
 * For so long a replaced key is honoured. A call waits for its turn for a day at most (QUEUE_HOURS_MAX), and none lasts another
 * day: whatever was open when the key was replaced has ended by then.
 */
export const HONOURED_MS = 48 * 3_600_000;

/** As hex, the one in force in the first line; behind each other one the moment in which it was replaced. */
const LINE = /^([0-9a-fA-F]{64,})(?: (\S+))?$/;

/** The keys in the file, the one in force first; a first one is made if there is no file. @throws ConfigError */
export function callbackKeysMadeIn(path: string): readonly CallbackKey[] {
  try {
    // Of two starts at once one makes the key, the other reads it.
    writeNew(path, freshLine());
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw new ConfigError([`${path}: cannot be made (${errorCode(error)})`]);
  }
  return callbackKeysIn(path);
}

/** @throws ConfigError which names nothing of what it holds */
export function callbackKeysIn(path: string): readonly CallbackKey[] {
  const lines = keyTextIn(path).trim().split(/\r?\n/);
  const keys = lines.flatMap((line, index): CallbackKey[] => {
    const [, hex, replacedAt] = LINE.exec(line.trim()) ?? [];
    const replacedAtMs = replacedAt === undefined ? null : Date.parse(replacedAt);
    // Only the first is in force.
    const isSound = hex !== undefined && (index === 0) === (replacedAtMs === null) && !Number.isNaN(replacedAtMs ?? 0);
    return isSound ? [{ key: Buffer.from(hex, 'hex'), replacedAtMs }] : [];
  });
  if (keys.length === lines.length) return keys;
  throw new ConfigError([`${path}: must hold a key of 64 hex digits in each line; remove it when no call is open`]);
}

/**
 * Makes a new key and puts it in force; the one before it, and those that are still honoured, stay in the file.
 * @throws ConfigError also when there is none yet
 */
export function rotateCallbackKey(path: string, nowMs: number): void {
  // What is not there is said before anything is made.
  callbackKeysIn(path);
  changePrivateFile(path, () => {
    const before = callbackKeysIn(path).map(({ key, replacedAtMs }) => ({ key, replacedAtMs: replacedAtMs ?? nowMs }));
    const honoured = before.filter(({ replacedAtMs }) => isHonoured(replacedAtMs, nowMs));
    const lines = honoured.map(
      ({ key, replacedAtMs }) => `${key.toString('hex')} ${new Date(replacedAtMs).toISOString()}\n`,
    );
    return [freshLine(), ...lines].join('');
  });
}

export function isHonoured(replacedAtMs: number | null, nowMs: number): boolean {
  return replacedAtMs === null || nowMs - replacedAtMs < HONOURED_MS;
}

function freshLine(): string {
  return `${randomBytes(32).toString('hex')}\n`;
}

function keyTextIn(path: string): string {
  const text = textIn(path);
  if (text === null) throw new ConfigError([`${path}: there is no key yet; a server makes it at its first start`]);
  return text;
}
