import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../base/clock.ts';
import { createKeySet, type Keyed, type KeySetOptions } from './key-set.ts';

/** `keys-unavailable`: nobody can tell now, so it must be asked again. */
export type TokenRefusal = 'invalid' | 'foreign-audience' | 'keys-unavailable';

type CheckedToken = { readonly claims: JWTPayload } | { readonly refusal: TokenRefusal };

/** Tells who issued a bearer token, for whom, and what it says. */
type TokenChecker = Keyed & { check(token: string): Promise<CheckedToken> };

export type TokenCheckerOptions = KeySetOptions & {
  /** One of them must have issued the token. */
  readonly issuers: readonly string[];
  /** The token must be for one of them. */
  readonly audiences: readonly string[];
  readonly clockToleranceSeconds: number;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
};

/** Checks tokens against an issuer's published keys (RS256 only). */
export function createTokenChecker(options: TokenCheckerOptions): TokenChecker {
  const { clockToleranceSeconds: clockTolerance, clock } = options;
  const keys = createKeySet(options);
  const checks = {
    issuer: [...options.issuers],
    audience: [...options.audiences],
    clockTolerance,
    algorithms: ['RS256'],
    requiredClaims: ['exp'],
  };
  return {
    trouble: keys.trouble,
    async check(token) {
      try {
        const { payload } = await jwtVerify(token, keys.find, { ...checks, currentDate: new Date(clock.now()) });
        return { claims: payload };
      } catch (error) {
        return { refusal: refusalOf(error) };
      }
    },
  };
}

function refusalOf(error: unknown): TokenRefusal {
  // What is no finding of the library about the token is of the keys.
  if (!(error instanceof errors.JOSEError)) return 'keys-unavailable';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud' && error.reason === 'check_failed') {
    return 'foreign-audience';
  }
  return 'invalid';
}
