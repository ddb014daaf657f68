import { randomBytes, randomUUID } from 'node:crypto';
import type { Ids } from '../base/ids.ts';

/** Identifiers from this machine's randomness. */
export const randomIds: Ids = { uuid: randomUUID, callSessionId: uuidv7 };

/**
 * A UUID of version 7 (RFC 9562): its first 48 bits are the time, so that ids sort by when they were made.
 * @param nowMs milliseconds since 1970
 */
export function uuidv7(nowMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
