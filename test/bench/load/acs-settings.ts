import type { AcsAccess } from './acs-access.ts';

/** Settings of a server that calls through a provider on this machine. */
export function acsSettings({ connectionString, resourceId, issuer, jwksUrl }: AcsAccess): Record<string, string> {
  return {
    ACS_CONNECTION_STRING: connectionString,
    ACS_RESOURCE_ID: resourceId,
    ACS_CALLER_ID: '+15550100000',
    ACS_TOKEN_ISSUER: issuer,
    ACS_JWKS_URI: jwksUrl,
    COGNITIVE_SERVICES_ENDPOINT: 'https://speech.bench.invalid/',
  };
}
