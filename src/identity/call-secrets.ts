import { createHmac, timingSafeEqual } from 'node:crypto';
import { createBoundedMap } from '../base/bounded-map.ts';

export type CallSecrets = {
  /** The secret that this call's callback URI carries: 43 characters, base64url. */
  of(callSessionId: string): string;
  /** Whether `secret` is it; in constant time. */
  matches(callSessionId: string, secret: string): boolean;
};

/** A call's secret is asked for at each of its steps, and deriving it costs as much as reading the callback. */
const REMEMBERED_MAX = 2_000;

/**
 * A call's secret is derived from a key instead of stored: it can be checked before anything is read, and the log, which
 * compliance staff may export, holds no live credential.
 * @param key at least 32 bytes, the same on every instance
 * @param before keys that this one has replaced: the provider goes on using the address that a call was placed with
 */
export function createCallSecrets(key: Uint8Array, ...before: readonly Uint8Array[]): CallSecrets {
  // Only of calls that are ours: a stranger with made-up ids drives none of them out.
  const remembered = createBoundedMap<Buffer>(REMEMBERED_MAX);
  return {
    of(callSessionId) {
      const secret = remembered.get(callSessionId) ?? digest(key, callSessionId);
      remembered.set(callSessionId, secret);
      return secret.toString('base64url');
    },
    matches(callSessionId, secret) {
      const given = Buffer.from(secret, 'base64url');
      const known = remembered.get(callSessionId);
      const expected = known ?? digest(key, callSessionId);
      if (!isSame(given, expected)) return before.some((each) => isSame(given, digest(each, callSessionId)));
      if (!known) remembered.set(callSessionId, expected);
      return true;
    },
  };
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function digest(key: Uint8Array, callSessionId: string): Buffer {
  return createHmac('sha256', key).update(callSessionId).digest();
}
