import { readJsonFile } from './json-file.ts';
import { ConfigError } from './values.ts';

/**
 * Reads the file of people's names: `{"<id>": "<name>"}`, by object ids of Entra ID or names of API keys.
 * @throws ConfigError which names file and place, and nothing of what it holds
 */
export function readStaffNames(path: string): ReadonlyMap<string, string> {
  const value = readJsonFile('STAFF_NAMES_FILE', path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError([`STAFF_NAMES_FILE: ${path} must be an object of names by id, {"<id>": "<name>"}`]);
  }
  const names = Object.entries(value);
  const problems = names.flatMap(([, name]: [string, unknown], index) =>
    typeof name === 'string' && name.trim() !== ''
      ? []
      : [`STAFF_NAMES_FILE: ${path}, entry ${index + 1}: must have a name, in double quotes`],
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return new Map(names as [string, string][]);
}
