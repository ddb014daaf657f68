import { createHash } from 'node:crypto';
import { type ApiKey, ROLES, type Role } from '../identity/staff.ts';
import { readJsonFile } from './json-file.ts';
import { ConfigError } from './values.ts';

/** What a key may be called: it stands in the log. */
export const KEY_NAME = /^[A-Za-z0-9._-]{1,64}$/;

const HASH = /^[0-9a-fA-F]{64}$/;

/** Hashes of nothing: what a shell gives when the key was not there. */
const EMPTY = new Set(['', '\n', '\r\n'].map(hashOf));

/** SHA-256 of a key, hex. */
export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/**
 * Reads the file of staff API keys: `[{"name", "sha256", "roles"}]`, the hash in hex, so that the file holds no key.
 * @throws ConfigError which names file and place, and nothing of what it holds
 */
export function readApiKeys(path: string, what = 'API_KEYS_FILE'): readonly ApiKey[] {
  const value = readJsonFile(what, path);
  if (!Array.isArray(value) || value.length === 0) {
    throw new ConfigError([
      `${what}: ${path} must be a list of keys, [{"name", "sha256", "roles"}], with one at least`,
    ]);
  }
  const problems = value.flatMap((entry: unknown, index) =>
    problemsOf(entry, value.slice(0, index)).map((problem) => `${what}: ${path}, entry ${index + 1}: ${problem}`),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return value as ApiKey[];
}

const FIELDS = ['name', 'sha256', 'roles'];

/** @param before entries that stand above it */
function problemsOf(entry: unknown, before: readonly unknown[]): string[] {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    return ['must be an object with name, sha256 and roles'];
  const { name, sha256, roles } = entry as Partial<Record<keyof ApiKey, unknown>>;
  return [
    ...(Object.keys(entry).every((field) => FIELDS.includes(field)) ? [] : ['may hold name, sha256 and roles only']),
    ...nameProblems(name, before),
    ...hashProblems(sha256, before),
    ...(isRoles(roles) ? [] : [`roles must be a list of ${ROLES.join(', ')}, one at least`]),
  ];
}

/** Two of one name could not be told apart in the log. */
function nameProblems(name: unknown, before: readonly unknown[]): string[] {
  if (typeof name !== 'string' || !KEY_NAME.test(name)) return ['name must have 1 to 64 of A-Z a-z 0-9 . _ -'];
  const twin = before.findIndex((other) => (other as Partial<ApiKey> | null)?.name === name);
  return twin < 0 ? [] : [`name must be another than that of entry ${twin + 1}`];
}

/** Of two with one key only the first would ever be found. */
function hashProblems(sha256: unknown, before: readonly unknown[]): string[] {
  if (typeof sha256 !== 'string' || !HASH.test(sha256))
    return ['sha256 must be 64 hex digits: the SHA-256 of the key, as "callistra keys add" writes it'];
  const hash = sha256.toLowerCase();
  if (EMPTY.has(hash)) return ['sha256 must be that of a key; this is the hash of nothing'];
  const twin = before.findIndex((other) => String((other as Partial<ApiKey> | null)?.sha256).toLowerCase() === hash);
  return twin < 0 ? [] : [`sha256 must be another than that of entry ${twin + 1}: each has a key of their own`];
}

function isRoles(roles: unknown): roles is readonly Role[] {
  return (
    Array.isArray(roles) && roles.length > 0 && roles.every((role) => (ROLES as readonly unknown[]).includes(role))
  );
}
