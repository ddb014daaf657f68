import type { ReadStore } from '../../projections/ports.ts';
import type { CallState } from '../domain/call/call.ts';
import type { CallSecrets } from '../identity/call-secrets.ts';
import type { ProviderIndex } from './recording/provider-index.ts';

/** Where the provider posts a call's callbacks. The secret is the last parameter, so that a log line cut short does not hold it. */
export function callbackUri(state: CallState, secrets: Pick<CallSecrets, 'of'>): string {
  const uri = new URL(state.initiate.callbackUrl);
  uri.searchParams.set('call', state.callSessionId);
  uri.searchParams.set('secret', secrets.of(state.callSessionId));
  return uri.href;
}

/**
 * Whether an address names this call and carries its secret, by the check that its callbacks pass. Not compared as text: keys
 * rotate, and a provider may encode the address anew.
 */
export function isOurs(secrets: Pick<CallSecrets, 'matches'>, callSessionId: string, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { searchParams } = new URL(address);
  const [call, ...otherCalls] = searchParams.getAll('call');
  const [secret, ...otherSecrets] = searchParams.getAll('secret');
  if (otherCalls.length > 0 || otherSecrets.length > 0) return false;
  return call === callSessionId && secret !== undefined && secrets.matches(callSessionId, secret);
}

/** Whether a connection is known as another call's. Who cannot be asked knows of none: the provider's own word stands. */
export async function isAnothers(
  index: Pick<ProviderIndex, 'ofConnection'>,
  readStore: Pick<ReadStore, 'byConnection'>,
  callConnectionId: string,
  callSessionId: string,
): Promise<boolean> {
  const known = index.ofConnection(callConnectionId);
  if (known !== null) return known !== callSessionId;
  const rows = await readStore.byConnection(callConnectionId).catch(() => null);
  return rows !== null && rows.session.callSessionId !== callSessionId;
}
