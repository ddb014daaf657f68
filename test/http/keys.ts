import { createHash } from 'node:crypto';
import { ROLES, type Role, type StaffConfig } from '../../src/identity/staff.ts';

export const keyOf = (name: string): string => `the-key-of-${name}`;

/** The header of somebody's API key. */
export const as = (name: string) => ({ authorization: `Bearer ${keyOf(name)}` });

function keyFor(name: string, roles: readonly Role[]) {
  return { name, sha256: createHash('sha256').update(keyOf(name)).digest('hex'), roles };
}

/** One person of each role, named after it in small letters, and `anna` who has two. */
export const KEYS: StaffConfig = {
  mode: 'api-keys',
  keys: [...ROLES.map((role) => keyFor(role.toLowerCase(), [role])), keyFor('anna', ['Coordinator', 'Compliance'])],
};
