import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { TokenCheck } from '../workers/token-check.ts';

/** Keys as ACS publishes them, and tokens as it signs them. */
export type TokenMint = {
  readonly issuer: string;
  readonly audience: string;
  readonly keySet: { readonly keys: readonly object[] };
  token(): string;
};

const LIFETIME_S = 3_600;

/** Signs with a key of its own (RS256, 2048 bits, as ACS does). */
export function createMint(): TokenMint {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  const issuer = 'https://issuer.invalid';
  const audience = randomUUID();
  return {
    issuer,
    audience,
    keySet: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] },
    token() {
      const nowS = Math.floor(Date.now() / 1_000);
      const claims = { jti: randomUUID(), iss: issuer, aud: audience, nbf: nowS - 60, exp: nowS + LIFETIME_S };
      const signed = `${encode({ alg: 'RS256', kid, typ: 'JWT' })}.${encode(claims)}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    },
  };
}

/** What a server needs to know to check the mint's tokens. */
export function checkOf({ issuer, audience }: TokenMint, jwksUrl: string): TokenCheck {
  return { issuer, audience, jwksUrl };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
