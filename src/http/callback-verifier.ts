import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

/** `keys-unavailable`: nobody can tell now, so the delivery must come again. */
export type TokenVerdict = 'ok' | 'invalid' | 'foreign-audience' | 'keys-unavailable';

/** Tells whether a bearer token was issued by ACS for us. */
export type CallbackVerifier = { verify(token: string): Promise<TokenVerdict> };

export type CallbackVerifierOptions = {
  readonly issuer: string;
  /** The immutable resource id of our ACS resource. */
  readonly audience: string;
  readonly jwksUrl: string;
  readonly clockToleranceSeconds: number;
  now(): number;
  /** How long an unknown key id does not cause another fetch; default 30,000. */
  readonly refetchCooldownMs?: number;
};

const REFRESH_MS = 10 * 60_000;
const FETCH_TIMEOUT_MS = 3_000;

// Keys are refreshed in the background long before this; it bounds for how long keys are believed whose publisher
// cannot be reached. A day of callbacks is worth more than a fast end of a withdrawn key.
const BELIEVED_MS = 24 * 60 * 60_000;

/** Checks tokens against the provider's published keys (RS256 only), which it fetches, keeps and renews. */
export function createCallbackVerifier(options: CallbackVerifierOptions): CallbackVerifier {
  const { issuer, audience, clockToleranceSeconds: clockTolerance, now } = options;
  const keys = createRemoteJWKSet(new URL(options.jwksUrl), {
    cooldownDuration: options.refetchCooldownMs ?? 30_000,
    cacheMaxAge: BELIEVED_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
  });
  let refreshAtMs = now() + REFRESH_MS;

  function refreshWhenDue(): void {
    if (now() < refreshAtMs) return;
    refreshAtMs = now() + REFRESH_MS;
    // A failure changes nothing: the present keys stay in use and the next round tries again.
    keys.reload().catch(() => {});
  }

  return {
    async verify(token) {
      refreshWhenDue();
      const checks = { issuer, audience, clockTolerance, algorithms: ['RS256'], requiredClaims: ['exp'] };
      try {
        await jwtVerify(token, keys, { ...checks, currentDate: new Date(now()) });
        return 'ok';
      } catch (error) {
        return verdictOf(error);
      }
    },
  };
}

function verdictOf(error: unknown): TokenVerdict {
  if (!(error instanceof errors.JOSEError)) return 'keys-unavailable';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud' && error.reason === 'check_failed') {
    return 'foreign-audience';
  }
  // A generic error is an unusable answer of the key server.
  const keyServer = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'];
  return keyServer.includes(error.code) ? 'keys-unavailable' : 'invalid';
}
