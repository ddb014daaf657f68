import type { CallState } from '../../domain/call/call.ts';
import type { ProviderIds } from '../../domain/inbox/event-grid.ts';

/** Which call ACS means by its names for it, as far as this instance has seen lately; the read models know the rest. */
export type ProviderIndex = {
  observe(state: Pick<CallState, 'callSessionId' | 'correlationId' | 'serverCallId'>): void;
  /** The callSessionId. */
  find(ids: ProviderIds): string | null;
};

/** Some megabytes; the oldest go first. */
const MOST = 10_000;

export function createProviderIndex(most = MOST): ProviderIndex {
  const byCorrelationId = new Map<string, string>();
  const byServerCallId = new Map<string, string>();
  const remember = (calls: Map<string, string>, id: string | null, callSessionId: string): void => {
    if (id === null || calls.get(id) === callSessionId) return;
    calls.set(id, callSessionId);
    if (calls.size <= most) return;
    const [oldest] = calls.keys();
    if (oldest !== undefined) calls.delete(oldest);
  };
  return {
    observe({ callSessionId, correlationId, serverCallId }) {
      remember(byCorrelationId, correlationId, callSessionId);
      remember(byServerCallId, serverCallId, callSessionId);
    },
    find: ({ correlationId, serverCallId }) =>
      byCorrelationId.get(correlationId ?? '') ?? byServerCallId.get(serverCallId ?? '') ?? null,
  };
}
