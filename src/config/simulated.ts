import { isLoopbackHost } from '../base/loopback.ts';
import { isLocalAcs } from './acs.ts';
import type { Config } from './config.ts';
import { ConfigError } from './values.ts';

/** What says who places calls. */
export type Caller = Pick<Config, 'acs' | 'simulator'>;

/** What is missing where the settings name nobody who would place calls. */
export const NOBODY_CALLS =
  'nobody would place the calls: set ACS_CONNECTION_STRING or ACS_ENDPOINT (with ACS_RESOURCE_ID, ACS_CALLER_ID or ACS_TEAMS_RESOURCE_ACCOUNT, and COGNITIVE_SERVICES_ENDPOINT) to call people, or SIMULATOR=true to pretend';

/**
 * To be called before anything is opened.
 * @throws ConfigError where the settings name nobody who would place calls
 */
export function assertCaller({ acs, simulator }: Caller): void {
  if (!acs && !simulator) throw new ConfigError([NOBODY_CALLS]);
}

/** Whether nobody is called: the provider is our own simulator, or on this machine. */
export function isSimulated({ acs }: Caller): boolean {
  return acs === null || isLocalAcs(acs);
}

/** Signs that this is production where nobody is called, in words; null: there are none, or people are called. */
export function simulatedDoubt(config: Config): string | null {
  if (!isSimulated(config)) return null;
  const { host, publicBaseUrl, entra, tables, sql } = config;
  const signs = [
    ...(isLoopbackHost(host) ? [] : [`HOST=${host}`]),
    ...(publicBaseUrl === null || isLoopbackHost(new URL(publicBaseUrl).hostname) ? [] : ['PUBLIC_BASE_URL']),
    ...(entra ? ['ENTRA_TENANT_ID'] : []),
    ...(tables ? ['TABLES_CONNECTION_STRING or TABLES_ENDPOINT'] : []),
    ...(sql ? ['SQL_CONNECTION_STRING or SQL_SERVER'] : []),
  ];
  if (signs.length === 0) return null;
  return `nobody is called and every answer is made up, although this looks like production (${signs.join(', ')})`;
}
