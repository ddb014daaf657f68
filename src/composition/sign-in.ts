import { azureCredential } from '../azure/credential.ts';
import type { Clock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import { sessionKeyMadeIn } from '../config/session-key.ts';
import { ConfigError } from '../config/values.ts';
import type { SignIn } from '../console/deps.ts';
import { createOpenIdClient } from '../identity/open-id.ts';
import { createSeal } from '../identity/seal.ts';
import { storeFiles } from './stores.ts';

export type SignInConfig = Pick<Config, 'entra' | 'sessions' | 'dataDir' | 'tables'>;

/** How people sign in to the console by these settings. @throws ConfigError */
export function signInOf(config: SignInConfig, publicBaseUrl: string, clock: Clock): SignIn {
  const { key, keyBefore, idleMs } = config.sessions;
  // A file of API keys in the data directory is not known to the settings.
  if (key === null && config.tables)
    throw new ConfigError(['SESSION_KEY: missing; every instance on these tables needs the same']);
  const inForce = key === null ? sessionKeyMadeIn(storeFiles(config.dataDir).sessionKey) : Buffer.from(key);
  const secrets = keyBefore === null ? [inForce] : [inForce, Buffer.from(keyBefore)];
  return {
    publicBaseUrl,
    idleMs,
    seals: { session: createSeal(secrets, 'session'), flow: createSeal(secrets, 'flow') },
    entra: config.entra && openIdOf(config.entra, publicBaseUrl, clock),
  };
}

/** Null: the registration's id is not known, of which the settings warn. */
function openIdOf(entra: NonNullable<Config['entra']>, publicBaseUrl: string, clock: Clock): SignIn['entra'] {
  const { tenantId, issuer, clientId, clientSecret } = entra;
  if (clientId === null) return null;
  const client = createOpenIdClient({
    issuer,
    clientId,
    redirectUri: `${publicBaseUrl}/console/signed-in`,
    proof: clientSecret === null ? { assertion: () => federatedToken(issuer) } : { secret: clientSecret },
    clock,
  });
  return { tenantId, client };
}

/** For whom a managed identity's token is that a registration trusts (Microsoft identity platform, workload identity federation). */
const EXCHANGES: readonly (readonly [host: RegExp, audience: string])[] = [
  [/\.us$/, 'api://AzureADTokenExchangeUSGov'],
  [/\.cn$/, 'api://AzureADTokenExchangeChina'],
  [/./, 'api://AzureADTokenExchange'],
];

async function federatedToken(issuer: string): Promise<string> {
  const { hostname } = new URL(issuer);
  const [, audience] = EXCHANGES.find(([host]) => host.test(hostname))!;
  const token = await (await azureCredential()).getToken(`${audience}/.default`);
  if (!token) throw new Error('the managed identity gives out no token');
  return token.token;
}
