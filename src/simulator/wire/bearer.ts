import { decodeJwt } from 'jose';

/** The token of an `Authorization` header of that scheme; undefined when it has another, or is none. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
}

/**
 * Whether a token of Entra ID is for us and valid at present. Its times and audience are checked and its signature is not:
 * the simulator has no directory whose keys could have signed it. It guards nothing.
 *
 * @param nowMs wall time, milliseconds since the epoch
 * @returns undefined when it is, else what is wrong
 */
export function tokenProblem(token: string, audience: RegExp, nowMs: number): string | undefined {
  try {
    const { aud, exp = 0 } = decodeJwt(token);
    if (![aud].flat().some((one) => audience.test(one ?? ''))) return 'The token is for somebody else.';
    return exp * 1_000 > nowMs ? undefined : 'The token has expired.';
  } catch {
    return 'The token is malformed.';
  }
}
