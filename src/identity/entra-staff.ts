import type { JWTPayload } from 'jose';
import type { Clock } from '../base/clock.ts';
import { isAccessToken } from './access-token.ts';
import type { Keyed } from './key-set.ts';
import { type EntraStaff, type EntraVerifier, ROLES } from './staff.ts';
import { createTokenChecker } from './token-checker.ts';

/** Whose access tokens are believed. */
type EntraStaffConfig = {
  /** Entra ID issues tokens of version 1 and 2 under different names. */
  readonly issuers: readonly [string, ...string[]];
  /** The app registration of this service: its client id, and its application id URI. */
  readonly audiences: readonly string[];
  readonly jwksUrl: string;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
};

/** Checks access tokens that Entra ID issued for this service's app registration. */
export function createEntraVerifier(config: EntraStaffConfig): EntraVerifier & Keyed {
  const checker = createTokenChecker({ ...config, clockToleranceSeconds: 300 });
  return {
    trouble: checker.trouble,
    async verify(token) {
      const checked = await checker.check(token);
      if ('refusal' in checked) return checked;
      if (!isAccessToken(checked.claims)) return { refusal: 'id-token' };
      const staff = staffOf(checked.claims);
      return staff ? { staff } : { refusal: 'no-identity' };
    },
  };
}

/**
 * App roles are in `roles`, for people and for tools alike (Microsoft identity platform, access token claims). `oid` never
 * changes and is no name: names and mail addresses in a token can be reassigned, and do not belong into a log for ever.
 */
function staffOf({ oid, roles, scp }: JWTPayload): EntraStaff | null {
  if (typeof oid !== 'string' || !/^[A-Za-z0-9-]{1,64}$/.test(oid)) return null;
  const given: readonly unknown[] = Array.isArray(roles) ? roles : [];
  // Scopes are in tokens of people only (Microsoft identity platform, access token claims: scp).
  return { name: oid, roles: ROLES.filter((role) => given.includes(role)), isApp: scp === undefined };
}
