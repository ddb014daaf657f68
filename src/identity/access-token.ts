import type { JWTPayload } from 'jose';

/**
 * Whether a token of Entra ID was given to let somebody in, and does not only tell a web page who has signed in to it. Both are
 * signed by the same keys, for the same audience, and hold the same roles. Access tokens name the application that asked for them,
 * of people and of tools alike: `appid` in version 1, `azp` in version 2. ID tokens name none, and bear what binds them to one
 * sign-in: `nonce`, and hashes of what was given out beside them (Microsoft identity platform, claims of access and ID tokens).
 */
export function isAccessToken(claims: JWTPayload): boolean {
  if (OF_ID_TOKENS.some((name) => claims[name] !== undefined)) return false;
  return [claims['azp'], claims['appid']].some((caller) => typeof caller === 'string' && caller !== '');
}

const OF_ID_TOKENS = ['nonce', 'at_hash', 'c_hash'];
