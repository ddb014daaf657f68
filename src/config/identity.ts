import {
  isGuid,
  isWholeGroup,
  parseUrl,
  type Reading,
  readEndpoint,
  readGuid,
  readList,
  readSwitch,
} from './values.ts';

/** Entra ID as the issuer of tokens for this service. */
export type EntraConfig = {
  readonly tenantId: string;
  readonly issuers: readonly [string, ...string[]];
  readonly audiences: readonly string[];
  readonly jwksUri: string;
  /** Of the same registration, with which the console has people sign in. Null: its id is not known from `ENTRA_AUDIENCE`. */
  readonly clientId: string | null;
  /** Null: it proves itself by the managed identity. */
  readonly clientSecret: string | null;
  /** Under which it is found where people sign in, and its keys. */
  readonly issuer: string;
};

export type EventGridConfig = {
  /** Names of the event subscriptions that may deliver, and be validated. */
  readonly subscriptions: readonly string[];
  readonly auth:
    | { readonly mode: 'entra'; readonly entra: EntraConfig }
    /** `inUrl`: whether it is also believed from the address; absent: not. */
    | { readonly mode: 'secret'; readonly secret: string; readonly inUrl?: boolean };
};

/** The custom topic that is told of ended calls; without a key: with the managed identity. */
export type TopicConfig = { readonly endpoint: string; readonly key: string | null };

/** Tokens of staff; null: API keys or loopback. */
export function readEntra(reading: Reading): EntraConfig | null {
  const { value } = reading;
  const audience = value('ENTRA_AUDIENCE');
  // The tenant alone is enough for deliveries of Event Grid.
  if (audience === null && value('EVENT_GRID_AUDIENCE') !== null) return null;
  if (!isWholeGroup(reading, 'Entra ID', ['ENTRA_TENANT_ID', 'ENTRA_AUDIENCE'])) return null;
  return entraOf(reading, readAudience(reading, 'ENTRA_AUDIENCE'));
}

/** Tokens of version 1 name the application id URI and sts.windows.net, those of version 2 the client id and the other issuer. */
function entraOf(reading: Reading, audience: string): EntraConfig {
  const tenantId = readGuid(reading, 'ENTRA_TENANT_ID', TENANT_ID) ?? '';
  const authority = readAuthority(reading) ?? 'https://login.microsoftonline.com';
  const clientId = audience.replace(/^api:\/\//, '');
  return {
    tenantId,
    issuers: [`${authority}/${tenantId}/v2.0`, `https://sts.windows.net/${tenantId}/`],
    audiences: [...new Set([audience, clientId, `api://${clientId}`])],
    jwksUri: `${authority}/${tenantId}/discovery/v2.0/keys`,
    issuer: `${authority}/${tenantId}/v2.0`,
    clientId: readClientId(reading, clientId),
    clientSecret: reading.value('ENTRA_CLIENT_SECRET'),
  };
}

/** An application id URI of another form does not name the client. */
function readClientId(reading: Reading, inAudience: string): string | null {
  const named = readGuid(reading, 'ENTRA_CLIENT_ID', 'the application (client) id of the registration');
  const clientId = named ?? (isGuid(inAudience) ? inAudience : null);
  if (clientId === null)
    reading.warnings.push(
      'ENTRA_CLIENT_ID: missing; without the id of the registration nobody signs in to the console',
    );
  return clientId;
}

const TENANT_ID = 'tokens name the tenant by its id, never by its domain (az account show --query tenantId)';

/** The host alone: the tenant follows it. */
function readAuthority(reading: Reading): string | null {
  const address = readEndpoint(reading, 'ENTRA_AUTHORITY');
  if (address === null) return null;
  const { origin, pathname, search } = new URL(address);
  if (pathname !== '/' || search !== '')
    reading.problems.push('ENTRA_AUTHORITY: must be an address without path; the tenant is ENTRA_TENANT_ID');
  return origin;
}

/** As tokens hold it: a client id in small letters, or an application id URI. */
function readAudience({ value, problems }: Reading, name: string): string {
  const audience = value(name) ?? '';
  const id = audience.replace(/^api:\/\//, '').toLowerCase();
  if (isGuid(id)) return audience.startsWith('api://') ? `api://${id}` : id;
  if (!/^(?:api|https):\/\/[^\s"'{}]+$/.test(audience) || /\/\.default$/.test(audience))
    problems.push(`${name}: must be the client id (a GUID) or the application id URI (api://…), not a scope or a name`);
  return audience;
}

/** Deliveries of Event Grid; null: none are taken. */
export function readEventGrid(reading: Reading): EventGridConfig | null {
  const { value, problems } = reading;
  const subscriptions = readList(reading, 'EVENT_GRID_SUBSCRIPTIONS');
  const badName = subscriptions.findIndex((name) => !/^[A-Za-z0-9-]{3,64}$/.test(name));
  if (badName >= 0)
    problems.push(`EVENT_GRID_SUBSCRIPTIONS, entry ${badName + 1}: must be a name of 3 to 64 of A-Z a-z 0-9 and -`);
  const secret = value('EVENT_GRID_SECRET');
  const audience = value('EVENT_GRID_AUDIENCE');
  const inUrl = readSwitch(reading, 'EVENT_GRID_SECRET_IN_URL', false);
  if (inUrl && secret === null) problems.push('EVENT_GRID_SECRET_IN_URL: missing: EVENT_GRID_SECRET');
  if (subscriptions.length === 0 && secret === null && audience === null) return null;
  if (subscriptions.length === 0) problems.push('Event Grid is set up in part; missing: EVENT_GRID_SUBSCRIPTIONS');
  if (secret !== null && audience !== null) problems.push('EVENT_GRID_SECRET and EVENT_GRID_AUDIENCE: set one of them');
  if (secret !== null) {
    if (Buffer.byteLength(secret) < 32) problems.push('EVENT_GRID_SECRET: must have at least 32 bytes');
    if (!/^[\x20-\x7e]*$/.test(secret))
      problems.push('EVENT_GRID_SECRET: must be of ASCII characters; a header carries no others');
    return { subscriptions, auth: { mode: 'secret', secret, inUrl } };
  }
  if (audience === null)
    problems.push('Event Grid is set up in part; missing: EVENT_GRID_AUDIENCE or EVENT_GRID_SECRET');
  if (value('ENTRA_TENANT_ID') === null) problems.push('Event Grid is set up in part; missing: ENTRA_TENANT_ID');
  if (audience === null || value('ENTRA_TENANT_ID') === null) return null;
  return {
    subscriptions,
    auth: { mode: 'entra', entra: entraOf(reading, readAudience(reading, 'EVENT_GRID_AUDIENCE')) },
  };
}

/** Where the ends of calls are published; null: nowhere. */
export function readTopic(reading: Reading): TopicConfig | null {
  const { value, problems } = reading;
  const endpoint = readEndpoint(reading, 'EVENT_GRID_TOPIC_ENDPOINT');
  const key = value('EVENT_GRID_TOPIC_KEY');
  if (endpoint === null) {
    if (key !== null) problems.push('EVENT_GRID_TOPIC_KEY: missing: EVENT_GRID_TOPIC_ENDPOINT');
    return null;
  }
  if (key === null && parseUrl(endpoint)?.protocol !== 'https:') {
    problems.push(
      'EVENT_GRID_TOPIC_ENDPOINT: must be https, or have EVENT_GRID_TOPIC_KEY; tokens are not sent without TLS',
    );
  }
  return { endpoint, key };
}
