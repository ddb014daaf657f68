import { isLoopbackHost } from '../base/loopback.ts';
import { teamsAccountOf, teamsLine } from '../domain/call/line.ts';
import { isE164 } from '../domain/member/phone-number.ts';
import { checkAcsString } from './connection-strings.ts';
import { parseUrl, type Reading, readEndpoint, readGuid, refuseBoth } from './values.ts';

export type AcsConfig = {
  readonly access: { readonly connectionString: string } | { readonly endpoint: string };
  /** The immutable resource id: what ACS's tokens are for. */
  readonly resourceId: string;
  readonly cognitiveServicesEndpoint: string;
  readonly tokenIssuer: string;
  readonly jwksUri: string;
};

/** Call Automation signs callbacks as this issuer in all public regions (Call Automation security documentation). */
const ACS_ISSUER = 'https://acscallautomation.communication.azure.com';

/** Each is a line by itself: ACS refuses a call that names a number beside a Teams resource account. */
const LINES = ['ACS_CALLER_ID', 'ACS_TEAMS_RESOURCE_ACCOUNT'] as const;

const RESOURCE_ACCOUNT =
  'the object id of the Teams resource account (Get-CsOnlineApplicationInstance), not the application id, which is its bot';

const IMMUTABLE_ID =
  'the immutable resource id of the ACS resource (portal: Overview, JSON view; az communication show), not its name or path';

/** It is compared letter by letter, and so kept as it is. */
function readIssuer(reading: Reading): string | null {
  return readEndpoint(reading, 'ACS_TOKEN_ISSUER') && reading.value('ACS_TOKEN_ISSUER');
}

/** Half of a group is worse than none: the server would start and fail at the first call. Null: the simulator is used. */
export function readAcs(reading: Reading): AcsConfig | null {
  const { value, problems } = reading;
  refuseBoth(reading, 'ACS_CONNECTION_STRING', 'ACS_ENDPOINT');
  const connectionString = value('ACS_CONNECTION_STRING');
  const endpoint = value('ACS_ENDPOINT');
  const rest = ['ACS_RESOURCE_ID', 'COGNITIVE_SERVICES_ENDPOINT'];
  const missing = rest.filter((name) => value(name) === null);
  const hasAccess = connectionString !== null || endpoint !== null;
  // A line alone is the simulator's.
  if (!hasAccess && missing.length === rest.length) return null;
  const hasLine = LINES.some((name) => value(name) !== null);
  if (!hasAccess || !hasLine || missing.length > 0) {
    const access = hasAccess ? [] : ['ACS_CONNECTION_STRING or ACS_ENDPOINT'];
    const names = [...access, ...missing, ...(hasLine ? [] : [LINES.join(' or ')])];
    problems.push(`ACS is set up in part; missing: ${names.join(', ')}`);
    return null;
  }
  if (connectionString !== null) checkAcsString(reading, connectionString);
  // Tokens are not sent without TLS, and the SDK says so only at the first call.
  if (endpoint !== null && parseUrl(endpoint)?.protocol !== 'https:')
    problems.push('ACS_ENDPOINT: must be an https address');
  return {
    access: connectionString === null ? { endpoint: endpoint! } : { connectionString },
    resourceId: readGuid(reading, 'ACS_RESOURCE_ID', IMMUTABLE_ID) ?? '',
    cognitiveServicesEndpoint: readEndpoint(reading, 'COGNITIVE_SERVICES_ENDPOINT') ?? '',
    tokenIssuer: readIssuer(reading) ?? ACS_ISSUER,
    jwksUri: readEndpoint(reading, 'ACS_JWKS_URI') ?? `${ACS_ISSUER}/calling/keys`,
  };
}

/**
 * Of settings that are known to name one.
 * @throws TypeError when they do not
 */
export function acsIn(settings: Readonly<Record<string, string>>): AcsConfig {
  const problems: string[] = [];
  const acs = readAcs({ value: (name) => settings[name] ?? null, problems, warnings: [] });
  if (!acs || problems.length > 0) throw new TypeError(`no ACS in these settings: ${problems.join(', ')}`);
  return acs;
}

/**
 * The line that new calls are placed over, as `domain/call/line.ts` writes it. Numbers from 555-0100 on are reserved for fiction: the
 * simulator's caller is nobody.
 */
export function readLine(reading: Reading): string {
  const { value, problems } = reading;
  refuseBoth(reading, ...LINES);
  const account = readGuid(reading, 'ACS_TEAMS_RESOURCE_ACCOUNT', RESOURCE_ACCOUNT);
  const callerId = value('ACS_CALLER_ID') ?? '+15550100000';
  if (!isE164(callerId)) problems.push('ACS_CALLER_ID: must be a number in E.164 form, such as +15550100000');
  return account === null ? callerId : teamsLine(account);
}

/** What of the settings is set in vain over such a line, in words. */
export function lineWarnings({ value }: Pick<Reading, 'value'>, line: string): readonly string[] {
  if (teamsAccountOf(line) === null || value('EVENT_GRID_SUBSCRIPTIONS') === null) return [];
  return ['EVENT_GRID_SUBSCRIPTIONS: Azure tells Event Grid nothing of calls of a Teams resource account'];
}

/** Whether it is a simulator on this machine. */
export function isLocalAcs({ access }: AcsConfig): boolean {
  const text = 'endpoint' in access ? access.endpoint : /endpoint=([^;]*)/i.exec(access.connectionString)?.[1];
  const url = text ? parseUrl(text) : null;
  return url !== null && isLoopbackHost(url.hostname);
}
