import type { JWTPayload } from 'jose';
import type { Clock } from '../base/clock.ts';
import { isAccessToken } from './access-token.ts';
import type { Keyed } from './key-set.ts';
import { createTokenChecker, type TokenRefusal } from './token-checker.ts';

/** Whose tokens are believed, and for whom they must be. */
type EventGridVerifierOptions = {
  /** Entra ID issues tokens of version 1 and 2 under different names. */
  readonly issuers: readonly [string, ...string[]];
  /** The app registration that stands for this endpoint: its client id, and its application id URI. */
  readonly audiences: readonly string[];
  readonly jwksUrl: string;
  /** Event Grid's own application; other than in the public cloud where a sovereign one has another. */
  readonly applicationId?: string;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly refetchCooldownMs?: number;
};

/** `foreign-caller`: a good token, but not Event Grid's, or without the role that its publisher must be given. */
type EventGridVerdict = 'ok' | TokenRefusal | 'foreign-caller';

/** Tells whether a bearer token says that Event Grid may deliver here. */
export type EventGridVerifier = Partial<Keyed> & { verify(token: string): Promise<EventGridVerdict> };

/** Microsoft.EventGrid's application in Entra ID, the same in every tenant (Event Grid, secure webhook delivery). */
const EVENT_GRID_APPLICATION = '4962773b-9cdb-44cf-a8bf-237846a00ab7';
const ROLE = 'AzureEventGridSecureWebhookSubscriber';

/** Checks the tokens with which Event Grid delivers to a webhook that is secured by Entra ID. */
export function createEventGridVerifier(options: EventGridVerifierOptions): EventGridVerifier & Keyed {
  const { applicationId = EVENT_GRID_APPLICATION } = options;
  const checker = createTokenChecker({ ...options, clockToleranceSeconds: 300 });
  return {
    trouble: checker.trouble,
    async verify(token) {
      const checked = await checker.check(token);
      if ('refusal' in checked) return checked.refusal;
      return isFrom(applicationId, checked.claims) ? 'ok' : 'foreign-caller';
    },
  };
}

/** Any tool of the tenant can get a token for this audience: `appid` (version 1) or `azp` (version 2) tells whose it is. */
function isFrom(applicationId: string, claims: JWTPayload): boolean {
  const { ver, appid, azp, roles } = claims;
  const caller = ver === '2.0' ? azp : (appid ?? azp);
  return isAccessToken(claims) && caller === applicationId && Array.isArray(roles) && roles.includes(ROLE);
}
