import type { TokenCredential } from '@azure/identity';

let credential: Promise<TokenCredential> | undefined;

/**
 * Who this process is in Azure: a managed identity (the one of AZURE_CLIENT_ID, if set), a workload identity, or a
 * developer's own login. One for all clients, because it keeps their tokens. Loaded only where it is needed: the library
 * takes a third of a second, which an embedded server has no use for.
 */
export function azureCredential(): Promise<TokenCredential> {
  credential ??= import('@azure/identity').then(({ DefaultAzureCredential }) => new DefaultAzureCredential());
  return credential;
}

/** The access as it is when it holds a secret of its own, else with who we are. */
export async function withIdentity<Access extends object>(
  access: Access | { readonly connectionString: string },
): Promise<{ readonly connectionString: string } | (Access & { readonly credential: TokenCredential })> {
  return 'connectionString' in access ? access : { ...access, credential: await azureCredential() };
}
