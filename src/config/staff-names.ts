import { readFileSync } from 'node:fs';
import { ConfigError } from './values.ts';

/**
 * Reads the file of people's names: `{"<id>": "<name>"}`, by object ids of Entra ID or names of API keys.
 * @throws ConfigError
 */
export function readStaffNames(path: string): ReadonlyMap<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError([`STAFF_NAMES_FILE: ${error instanceof Error ? error.message : String(error)}`]);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(['STAFF_NAMES_FILE: must be an object of names by id']);
  }
  const names = Object.entries(value);
  const bad = names.filter(([, name]) => typeof name !== 'string' || name.trim() === '').map(([id]) => id);
  if (bad.length > 0) throw new ConfigError(bad.map((id) => `STAFF_NAMES_FILE ${id}: must have a name`));
  return new Map(names as [string, string][]);
}
