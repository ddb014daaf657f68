import { createHmac, timingSafeEqual } from 'node:crypto';

export type CallSecrets = {
  /** The secret that this call's callback URI carries: 43 characters, base64url. */
  of(callSessionId: string): string;
  /** Whether `secret` is it; in constant time. */
  matches(callSessionId: string, secret: string): boolean;
};

/**
 * A call's secret is derived from a key instead of stored: it can be checked before anything is read, and the log, which
 * compliance staff may export, holds no live credential.
 * @param key at least 32 bytes, the same on every instance
 */
export function createCallSecrets(key: Uint8Array): CallSecrets {
  const digest = (callSessionId: string) => createHmac('sha256', key).update(callSessionId).digest();
  return {
    of: (callSessionId) => digest(callSessionId).toString('base64url'),
    matches(callSessionId, secret) {
      const expected = digest(callSessionId);
      const given = Buffer.from(secret, 'base64url');
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
