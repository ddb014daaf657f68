import { type BoundedMap, createBoundedMap } from '../../base/bounded-map.ts';
import type { CallState } from '../../domain/call/call.ts';
import type { ProviderIds } from '../../domain/inbox/event-grid.ts';

type Named = Pick<CallState, 'callSessionId' | 'callConnectionId' | 'correlationId' | 'serverCallId'>;

/** Which call ACS means by its names for it, as far as this instance has seen lately; the read models know the rest. */
export type ProviderIndex = {
  /** Follows calls, and remembers what ACS calls each. */
  recorded(state: Named): void;
  takenUp(state: Named): void;
  /** The callSessionId. */
  find(ids: ProviderIds): string | null;
  /** The callSessionId of the call whose connection this is known to be. */
  ofConnection(callConnectionId: string): string | null;
};

/** Some megabytes; the oldest go first. */
const MOST = 10_000;

export function createProviderIndex(most = MOST): ProviderIndex {
  const byCorrelationId = createBoundedMap<string>(most);
  const byServerCallId = createBoundedMap<string>(most);
  const byConnection = createBoundedMap<string>(most);
  const remember = (calls: BoundedMap<string>, id: string | null, callSessionId: string): void => {
    // A call is observed with each of its entries: it is as old as its name, not as its last entry.
    if (id !== null && calls.get(id) !== callSessionId) calls.set(id, callSessionId);
  };
  const note = ({ callSessionId, callConnectionId, correlationId, serverCallId }: Named): void => {
    remember(byConnection, callConnectionId, callSessionId);
    remember(byCorrelationId, correlationId, callSessionId);
    remember(byServerCallId, serverCallId, callSessionId);
  };
  return {
    recorded: note,
    takenUp: note,
    find: ({ correlationId, serverCallId }) =>
      byCorrelationId.get(correlationId ?? '') ?? byServerCallId.get(serverCallId ?? '') ?? null,
    ofConnection: (callConnectionId) => byConnection.get(callConnectionId) ?? null,
  };
}
