import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
// Not `typebox/compile`, which compiles the check: half a thousand modules for one check of a small file.
import { Compile } from 'typebox/schema';
import { type ApiKey, ROLES } from '../identity/staff.ts';
import { ConfigError } from './values.ts';

const validator = Compile(
  Type.Array(
    Type.Object(
      {
        name: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
        sha256: Type.String({ pattern: '^[0-9a-fA-F]{64}$' }),
        roles: Type.Array(Type.Union(ROLES.map((role) => Type.Literal(role))), { minItems: 1 }),
      },
      { additionalProperties: false },
    ),
    { minItems: 1 },
  ),
);

/**
 * Reads the file of staff API keys: `[{"name", "sha256", "roles"}]`, the hash in hex, so that the file holds no key.
 * @throws ConfigError
 */
export function readApiKeys(path: string): readonly ApiKey[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError([`API_KEYS_FILE: ${error instanceof Error ? error.message : String(error)}`]);
  }
  if (validator.Check(value)) return value;
  throw new ConfigError(
    validator.Errors(value)[1].map(({ instancePath, message }) => `API_KEYS_FILE ${instancePath}: ${message}`),
  );
}
