import { createAcsTelephony } from '../../src/adapters/telephony/acs.ts';
import type { Telephony } from '../../src/app/ports.ts';
import type { AcsSettings } from './acs-settings.ts';

type Provider = Pick<AcsSettings, 'ACS_CONNECTION_STRING' | 'COGNITIVE_SERVICES_ENDPOINT'>;

/** The application's own telephony, to a provider on this machine. */
export function telephonyTo(provider: Provider, requestTimeoutMs?: number): Telephony {
  return createAcsTelephony({
    connectionString: provider.ACS_CONNECTION_STRING,
    cognitiveServicesEndpoint: provider.COGNITIVE_SERVICES_ENDPOINT,
    allowInsecureConnection: true,
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
  });
}
