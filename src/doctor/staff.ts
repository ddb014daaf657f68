import { isLoopbackHost } from '../base/loopback.ts';
import type { Config } from '../config/config.ts';
import { type Check, failed, ok } from './check.ts';
import type { Openers } from './openers.ts';

/** That somebody can use the service, and nobody who should not. */
export function checkStaff(
  { host, apiKeysFile, entra }: Pick<Config, 'host' | 'apiKeysFile' | 'entra'>,
  readApiKeys: Openers['apiKeys'],
): Check {
  return {
    name: 'staff',
    async run() {
      const keys = apiKeysFile ? readApiKeys(apiKeysFile).length : 0;
      const ways = [
        ...(entra ? [`tokens of tenant ${entra.tenantId}`] : []),
        ...(keys > 0 ? [`${keys} API keys`] : []),
      ];
      if (ways.length > 0) return ok(ways.join(', '));
      if (isLoopbackHost(host)) return ok('whoever is on this machine');
      return failed(`HOST=${host} needs ENTRA_TENANT_ID and ENTRA_AUDIENCE, or API_KEYS_FILE`);
    },
  };
}
