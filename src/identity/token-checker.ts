import { decodeProtectedHeader, errors, type JWTHeaderParameters, type JWTPayload } from 'jose';
import jwt from 'jsonwebtoken';
import type { Clock } from '../base/clock.ts';
import { createKeySet, type Keyed, type KeySetOptions } from './key-set.ts';

/** `keys-unavailable`: nobody can tell now, so it must be asked again. */
export type TokenRefusal = 'invalid' | 'foreign-audience' | 'keys-unavailable';

type CheckedToken = { readonly claims: JWTPayload } | { readonly refusal: TokenRefusal };

/** Tells who issued a bearer token, for whom, and what it says. */
type TokenChecker = Keyed & { check(token: string): Promise<CheckedToken> };

export type TokenCheckerOptions = KeySetOptions & {
  /** One of them must have issued the token. */
  readonly issuers: readonly [string, ...string[]];
  /** The token must be for one of them. */
  readonly audiences: readonly string[];
  readonly clockToleranceSeconds: number;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
};

const ALGORITHM = 'RS256';

/** Checks tokens against an issuer's published keys (RS256 only). */
export function createTokenChecker(options: TokenCheckerOptions): TokenChecker {
  const { audiences, clockToleranceSeconds: clockTolerance, clock } = options;
  const keys = createKeySet(options);
  const checks: jwt.VerifyOptions = { algorithms: [ALGORITHM], issuer: [...options.issuers], clockTolerance };
  return {
    trouble: keys.trouble,
    async check(token) {
      const header = headerOf(token);
      if (!header) return { refusal: 'invalid' };
      try {
        const key = await keys.find(header);
        const clockTimestamp = Math.floor(clock.now() / 1_000);
        return checkedFor(audiences, jwt.verify(token, key, { ...checks, clockTimestamp, complete: false }));
      } catch (error) {
        return { refusal: refusalOf(error) };
      }
    },
  };
}

/** What a token says it is signed with; null: nothing that is believed. */
function headerOf(token: string): JWTHeaderParameters | null {
  try {
    const { alg, kid, crit } = decodeProtectedHeader(token);
    // What its issuer calls critical must be understood (RFC 7515, 4.1.11), and the library that checks it does not look.
    if (alg !== ALGORITHM || crit !== undefined) return null;
    if (kid === undefined) return { alg };
    // jose passes over a name that is no text and finds a key all the same: one would be remembered under each that a stranger sends.
    return typeof kid === 'string' ? { alg, kid } : null;
  } catch {
    return null;
  }
}

function checkedFor(audiences: readonly string[], claims: jwt.JwtPayload | string): CheckedToken {
  if (typeof claims === 'string' || claims.exp === undefined || claims.aud === undefined) return { refusal: 'invalid' };
  const own: readonly unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audiences.some((each) => own.includes(each))) return { refusal: 'foreign-audience' };
  return { claims: claims as JWTPayload };
}

function refusalOf(error: unknown): TokenRefusal {
  // A body that says it is JSON and is none is a finding, too. What is no finding of the libraries about the token is of the keys.
  const isFinding = FINDINGS.some((kind) => error instanceof kind);
  return isFinding ? 'invalid' : 'keys-unavailable';
}

const FINDINGS = [errors.JOSEError, jwt.JsonWebTokenError, SyntaxError];
