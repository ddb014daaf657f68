import { createRemoteJWKSet, jwtVerify } from 'jose';

/** Whose tokens are to be taken, and where the keys are that prove it. */
export type TokenCheck = { readonly issuer: string; readonly audience: string; readonly jwksUrl: string };

/** The least that checking a callback's token takes: jose, RS256, and nothing around it. */
export function bareTokenCheck({ issuer, audience, jwksUrl }: TokenCheck): (authorization: string) => Promise<void> {
  const keys = createRemoteJWKSet(new URL(jwksUrl));
  return async (authorization) => {
    await jwtVerify(authorization.slice('Bearer '.length), keys, { issuer, audience, algorithms: ['RS256'] });
  };
}
