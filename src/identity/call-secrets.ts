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
 * @param before keys that this one has replaced: the provider goes on using the address that a call was placed with
 */
export function createCallSecrets(key: Uint8Array, ...before: readonly Uint8Array[]): CallSecrets {
  const keys = [key, ...before];
  return {
    of: (callSessionId) => digest(key, callSessionId).toString('base64url'),
    matches(callSessionId, secret) {
      const given = Buffer.from(secret, 'base64url');
      return keys.some((each) => {
        const expected = digest(each, callSessionId);
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
    },
  };
}

function digest(key: Uint8Array, callSessionId: string): Buffer {
  return createHmac('sha256', key).update(callSessionId).digest();
}
