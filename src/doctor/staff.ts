import { isLoopbackHost } from '../base/loopback.ts';
import type { Config } from '../config/config.ts';
import { type Check, failed, ok } from './check.ts';
import type { Openers } from './openers.ts';

/** That somebody can use the service, and nobody who should not. */
export function checkStaff(config: Config, readApiKeys: Openers['apiKeys']): Check {
  const { host, entra } = config;
  return {
    name: 'staff',
    async run() {
      const keys = readApiKeys(config).length;
      const ways = [
        ...(entra ? [`tokens of tenant ${entra.tenantId}`] : []),
        ...(keys > 0 ? [`${keys} API keys`] : []),
      ];
      if (ways.length > 0) return ok(ways.join(', '));
      if (isLoopbackHost(host)) return ok('whoever is on this machine');
      return failed(
        `HOST=${host} needs ENTRA_TENANT_ID and ENTRA_AUDIENCE, or API_KEYS_FILE: callistra keys add NAME ROLE`,
      );
    },
  };
}
