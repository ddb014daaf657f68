import type { TokenCredential } from '@azure/identity';
import { sharedHttpClient } from './http-client.ts';

let credential: Promise<TokenCredential> | undefined;

/**
 * Who this process is in Azure: a managed identity (the one of AZURE_CLIENT_ID, if set), a workload identity, or a
 * developer's own login. One for all clients, because it keeps their tokens.
 */
export function azureCredential(): Promise<TokenCredential> {
  credential ??= newCredential();
  return credential;
}

/**
 * The same without a memory of tokens. Loaded only where it is needed: the library takes a third of a second, which an embedded
 * server has no use for.
 */
export async function newCredential(): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  const options = { httpClient: sharedHttpClient() };
  if (process.env['AZURE_TOKEN_CREDENTIALS']?.trim().toLowerCase() !== 'managedidentitycredential')
    return new DefaultAzureCredential(options);
  // What the library makes of this by itself forgets the options (4.13), and would look for tokens beyond a proxy.
  const clientId = process.env['AZURE_CLIENT_ID'];
  return new ManagedIdentityCredential({ ...options, ...PATIENCE, ...(clientId && { clientId }) });
}

/** The library's own. */
const PATIENCE = { retryOptions: { maxRetries: 5, retryDelayInMs: 800 } };

/** The access as it is when it holds a secret of its own, else with who we are. */
export async function withIdentity<Access extends object>(
  access: Access | { readonly connectionString: string },
): Promise<{ readonly connectionString: string } | (Access & { readonly credential: TokenCredential })> {
  return 'connectionString' in access ? access : { ...access, credential: await azureCredential() };
}
