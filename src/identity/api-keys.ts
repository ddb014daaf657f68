import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from './staff.ts';

/** Whose key this is; null: nobody's. */
export function findApiKey(keys: readonly ApiKey[], presented: string): ApiKey | null {
  const hash = createHash('sha256').update(presented).digest();
  return keys.find(({ sha256 }) => timingSafeEqual(Buffer.from(sha256, 'hex'), hash)) ?? null;
}
