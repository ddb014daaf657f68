import type { Timers } from '../clock/timers.ts';
import type { Faults } from '../faults/faults.ts';
import type { Random } from '../faults/prng.ts';
import type { TokenIssuer } from '../wire/tokens.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Exchange } from './exchange.ts';
import type { Subscription } from './subscription.ts';

/** What the parts of the simulated Event Grid share. */
export type GridOffice = {
  readonly timers: Timers;
  readonly exchange: Exchange;
  readonly tokens: TokenIssuer;
  readonly deadLetters: DeadLetters;
  readonly faults: () => Faults;
  readonly random: (concern: string) => Random;
  readonly newId: () => string;
  /** ISO 8601 with the service's seven digits of a second. */
  readonly timeNow: () => string;
  /** Where the simulator is reached, without a trailing slash. */
  readonly url: () => string;
  readonly isClosed: () => boolean;
};

/** What a request to a subscriber is about. */
export type AegEventType = 'SubscriptionValidation' | 'Notification' | 'SubscriptionDeletion';

/** Event Grid's own application in Entra ID, and the role that its deliveries carry (delivery with Entra ID, documentation). */
const EVENT_GRID_APP_ID = '4962773b-9cdb-44cf-a8bf-237846a00ab7';
const DELIVERY_ROLE = 'AzureEventGridSecureWebhookSubscriber';
const NO_TENANT = '00000000-0000-0000-0000-000000000000';

/** Headers of every request to a subscriber: its own first, so that they cannot replace the service's. */
export async function subscriberHeaders(
  office: GridOffice,
  { settings }: Subscription,
  aegEventType: AegEventType,
  deliveryCount: number,
): Promise<Record<string, string>> {
  const authorization = settings.auth && `Bearer ${await deliveryToken(office, settings.auth)}`;
  return {
    ...settings.headers,
    ...(authorization && { Authorization: authorization }),
    'aeg-event-type': aegEventType,
    'aeg-subscription-name': settings.name.toUpperCase(),
    'aeg-delivery-count': String(deliveryCount),
    'aeg-output-event-id': office.newId(),
  };
}

/** A token of the form that Entra ID's first version gives to an application. */
function deliveryToken(office: GridOffice, auth: NonNullable<Subscription['settings']['auth']>): Promise<string> {
  const { audience, issuer, tenantId = NO_TENANT } = auth;
  const claims = {
    appid: EVENT_GRID_APP_ID,
    appidacr: '2',
    roles: [DELIVERY_ROLE],
    tid: tenantId,
    ver: '1.0',
  };
  return office.tokens.issue(office.newId(), { audience, ...(issuer !== undefined && { issuer }), claims });
}
