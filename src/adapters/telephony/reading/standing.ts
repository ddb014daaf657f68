import type { Standing } from '../../../domain/call/provider.ts';

const BY_STATE: Readonly<Record<string, Standing>> = {
  connected: 'connected',
  disconnected: 'over',
  disconnecting: 'over',
};

/** @param callState ACS's callConnectionState */
export function standing(callState: string | undefined): Standing {
  return (callState !== undefined && Object.hasOwn(BY_STATE, callState) && BY_STATE[callState]) || 'other';
}
