import type { JWTPayload } from 'jose';
import type { EventGridConfig } from '../../../src/http/config.ts';
import { createEventGridVerifier } from '../../../src/identity/event-grid.ts';
import { type Issuer, NOW, startIssuer } from '../../support/issuer.ts';
import { sha256 } from '../../support/sha256.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { type Rig, startRig as start, type startRig } from '../rig.ts';

export const SUBSCRIPTION = 'callistra-Calls';
export const GRID_SECRET = 'agreed-upon-with-the-subscription-0123456789';
export const TENANT_ISSUER = 'https://sts.windows.net/11111111-2222-4333-8444-555555555555/';
export const TENANT_ISSUER_V2 = 'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0';
export const GRID_AUDIENCE = 'api://callistra-events';
export const GRID_APPLICATION = '4962773b-9cdb-44cf-a8bf-237846a00ab7';
export const GRID_ROLE = 'AzureEventGridSecureWebhookSubscriber';

type Sending = { readonly headers?: Record<string, string | undefined>; readonly query?: string };

/** A server over real HTTP that Event Grid may deliver to. */
export type GridRig = Rig & {
  readonly tenant: Issuer;
  /** A delivery as Event Grid posts it, unless told otherwise; a header that is undefined is left out. */
  post(body: string | Buffer, sending?: Sending): Promise<Response>;
  /** The OPTIONS request of the CloudEvents handshake. */
  ask(sending?: Sending): Promise<Response>;
  /** A token as Entra ID issues it to Event Grid. */
  token(claims?: JWTPayload): Promise<string>;
  metrics(): Promise<string>;
  /** Of who checks the tokens. */
  readonly clock: VirtualClock;
};

export async function startGridRig(
  mode: 'secret' | 'entra' | 'none',
  changes: Partial<EventGridConfig> = {},
  options: Parameters<typeof startRig>[0] = {},
): Promise<GridRig> {
  const tenant = await startIssuer();
  const clock = virtualClock(NOW);
  const verifier = createEventGridVerifier({
    issuers: [TENANT_ISSUER, TENANT_ISSUER_V2],
    audiences: [GRID_AUDIENCE],
    jwksUrl: tenant.jwksUrl,
    clock,
  });
  const auth =
    mode === 'entra' ? ({ mode, verifier } as const) : ({ mode: 'secret', sha256: sha256(GRID_SECRET) } as const);
  const eventGrid = { subscriptions: [SUBSCRIPTION], auth, ...changes };
  const rig = await start({ ...options, ...(mode !== 'none' && { eventGrid }) });
  const url = `${await rig.server.listen({ host: '127.0.0.1', port: 0 })}/api/calls/events`;
  const token: GridRig['token'] = (claims) =>
    tenant.sign({ iss: TENANT_ISSUER, aud: GRID_AUDIENCE, appid: GRID_APPLICATION, roles: [GRID_ROLE], ...claims });
  const credentials = async () =>
    mode === 'entra' ? { authorization: `Bearer ${await token()}` } : { 'x-callistra-event-grid-secret': GRID_SECRET };
  const send = async (method: string, own: object, { headers = {}, query = '' }: Sending, body?: string | Buffer) => {
    const all = { ...(await credentials()), 'aeg-subscription-name': SUBSCRIPTION.toUpperCase(), ...own, ...headers };
    const given = Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined);
    return fetch(url + query, {
      method,
      headers: given,
      ...(body !== undefined && { body: new Uint8Array(Buffer.from(body)) }),
    });
  };
  return {
    ...rig,
    tenant,
    clock,
    token,
    post: (body, sending = {}) =>
      send(
        'POST',
        { 'content-type': 'application/json; charset=utf-8', 'aeg-event-type': 'Notification' },
        sending,
        body,
      ),
    ask: (sending = {}) => send('OPTIONS', { 'webhook-request-origin': 'eventgrid.azure.net' }, sending),
    metrics: async () => (await rig.server.inject('/metrics')).body,
    async close() {
      await rig.close();
      await tenant.close();
    },
  };
}

/** One event in the Event Grid schema. Its subject holds a number, as those of PSTN callers do. */
export function gridEvent(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'grid-1',
    topic: '/subscriptions/s/resourcegroups/g/providers/microsoft.communication/communicationservices/acs',
    subject: 'call/c2VydmVy/startedBy/4:+15550142',
    data: { serverCallId: 'c2VydmVy', correlationId: 'corr-1', callDurationInSeconds: 31 },
    eventType: 'Microsoft.Communication.CallEnded',
    dataVersion: '1.0',
    metadataVersion: '1',
    eventTime: '2026-03-01T10:00:00.1234567Z',
    ...changes,
  };
}

/** The same as a CloudEvent. */
export function cloudEvent(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const { id, topic: source, subject, data, eventType: type, eventTime: time } = gridEvent();
  return { id, source, subject, type, time, data, specversion: '1.0', ...changes };
}

export function validation(code: unknown = 'F1E2-code'): Record<string, unknown> {
  const eventType = 'Microsoft.EventGrid.SubscriptionValidationEvent';
  const validationUrl = 'http://127.0.0.1:9/validate?id=1';
  return gridEvent({ subject: '', eventType, data: { validationCode: code, validationUrl } });
}
