import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { RETIRED_KEY_KEPT_MS, TOKEN_LIFETIME_S } from './defaults.ts';

/** What a token says that is not for callbacks. */
type TokenClaims = {
  readonly audience: string;
  /** Default: as in the tokens of callbacks. */
  readonly issuer?: string;
  readonly claims: Readonly<Record<string, unknown>>;
};

/** Signs callbacks and publishes the keys that verify them. */
export type TokenIssuer = {
  /** A fresh token, valid five minutes from now; `tokenId` makes it unlike any other. Default: one for callbacks. */
  issue(tokenId: string, as?: TokenClaims): Promise<string>;
  /** The public keys: the present one, and those rotated out so recently that their tokens may still be under way. */
  keySet(): { keys: JWK[] };
  /** Signs with a new key from now on. */
  rotate(): Promise<void>;
};

type SigningKey = { readonly kid: string; readonly privateKey: CryptoKey; readonly publicJwk: JWK };

/**
 * @param issuer `iss` of the tokens; asked for late, as it may be the address that is listened on
 * @param audience `aud` of the tokens: the immutable resource id
 * @param nowMs wall clock, for token times must agree with the verifier's
 */
export async function createTokenIssuer(
  issuer: () => string,
  audience: string,
  nowMs: () => number,
): Promise<TokenIssuer> {
  let current = await firstKey();
  let retired: { key: SigningKey; atMs: number }[] = [];

  return {
    async issue(tokenId, as) {
      const nowS = Math.floor(nowMs() / 1000);
      const { kid, privateKey } = current;
      return new SignJWT({ ...as?.claims, jti: tokenId })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
        .setIssuer(as?.issuer ?? issuer())
        .setAudience(as?.audience ?? audience)
        .setIssuedAt(nowS)
        .setNotBefore(nowS)
        .setExpirationTime(nowS + TOKEN_LIFETIME_S)
        .sign(privateKey);
    },
    keySet() {
      retired = retired.filter(({ atMs }) => nowMs() - atMs < RETIRED_KEY_KEPT_MS);
      return { keys: [current, ...retired.map(({ key }) => key)].map(({ publicJwk }) => publicJwk) };
    },
    async rotate() {
      const next = await createKey();
      retired = [{ key: current, atMs: nowMs() }, ...retired];
      current = next;
    },
  };
}

let sharedKey: Promise<SigningKey> | undefined;

/** All simulators of a process begin with one key, because making one takes longer than everything else at their start. */
function firstKey(): Promise<SigningKey> {
  sharedKey ??= createKey();
  return sharedKey;
}

async function createKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, privateKey, publicJwk: { ...jwk, kid, use: 'sig', alg: 'RS256' } };
}
