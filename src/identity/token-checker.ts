import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../base/clock.ts';

/** `keys-unavailable`: nobody can tell now, so it must be asked again. */
export type TokenRefusal = 'invalid' | 'foreign-audience' | 'keys-unavailable';

type CheckedToken = { readonly claims: JWTPayload } | { readonly refusal: TokenRefusal };

/** Tells who issued a bearer token, for whom, and what it says. */
type TokenChecker = { check(token: string): Promise<CheckedToken> };

export type TokenCheckerOptions = {
  /** One of them must have issued the token. */
  readonly issuers: readonly string[];
  /** The token must be for one of them. */
  readonly audiences: readonly string[];
  readonly jwksUrl: string;
  readonly clockToleranceSeconds: number;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  /** How long an unknown key id does not cause another fetch; default 30,000. */
  readonly refetchCooldownMs?: number;
};

const REFRESH_MS = 10 * 60_000;
const FETCH_TIMEOUT_MS = 3_000;
/** Less is a clock that is being adjusted. */
const SET_BACK_MS = 1_000;

// Keys are refreshed in the background long before this; it bounds for how long keys are believed whose publisher
// cannot be reached. A day of callbacks is worth more than a fast end of a withdrawn key.
const BELIEVED_MS = 24 * 60 * 60_000;

/** Checks tokens against an issuer's published keys (RS256 only), which it fetches, keeps and renews. */
export function createTokenChecker(options: TokenCheckerOptions): TokenChecker {
  const { clockToleranceSeconds: clockTolerance, clock } = options;
  const keys = createRemoteJWKSet(new URL(options.jwksUrl), {
    cooldownDuration: options.refetchCooldownMs ?? 30_000,
    cacheMaxAge: BELIEVED_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
  });
  const checks = {
    issuer: [...options.issuers],
    audience: [...options.audiences],
    clockTolerance,
    algorithms: ['RS256'],
    requiredClaims: ['exp'],
  };
  const aheadMs = (): number => clock.now() - clock.monotonicMs();
  let refreshAtMs = clock.monotonicMs() + REFRESH_MS;
  let knownAheadMs = aheadMs();

  function refreshWhenDue(): void {
    // The library waits by wall time until it fetches for an unknown key: a clock set back would keep it from that for as
    // long. A fetch that it is told to make begins that wait anew.
    const wasSetBack = aheadMs() < knownAheadMs - SET_BACK_MS;
    knownAheadMs = aheadMs();
    if (clock.monotonicMs() < refreshAtMs && !wasSetBack) return;
    refreshAtMs = clock.monotonicMs() + REFRESH_MS;
    // A failure changes nothing: the present keys stay in use and the next round tries again.
    keys.reload().catch(() => {});
  }

  return {
    async check(token) {
      refreshWhenDue();
      try {
        const { payload } = await jwtVerify(token, keys, { ...checks, currentDate: new Date(clock.now()) });
        return { claims: payload };
      } catch (error) {
        return { refusal: refusalOf(error) };
      }
    },
  };
}

function refusalOf(error: unknown): TokenRefusal {
  if (!(error instanceof errors.JOSEError)) return 'keys-unavailable';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud' && error.reason === 'check_failed') {
    return 'foreign-audience';
  }
  // A generic error is an unusable answer of the key server.
  const keyServer = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'];
  return keyServer.includes(error.code) ? 'keys-unavailable' : 'invalid';
}
