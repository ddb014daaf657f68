import type { ReadStore } from '../../../projections/ports.ts';
import type { Clock } from '../../base/clock.ts';
import { EVENT_GRID } from '../../domain/call/callback.ts';
import { isOfACall, type ProviderIds } from '../../domain/inbox/event-grid.ts';
import type { QuarantineItem } from '../../domain/inbox/quarantine.ts';
import type { CallbackResult, ReceivedCallback } from '../api.ts';
import type { ProviderIndex } from '../recording/provider-index.ts';
import type { Recorder } from '../recording/recorder.ts';
import { resultOf } from './callback-result.ts';

/** Finds the call that an event of Event Grid is about, and records the event in it. */
export type GridRouter = {
  /** The callSessionId. @throws ReadStoreError */
  find(ids: ProviderIds): Promise<string | null>;
  /** @throws LogError, CallParkedError */
  record(callSessionId: string, event: ReceivedCallback): Promise<CallbackResult>;
  /** The same for one that waited. */
  hand(item: QuarantineItem, event: ReceivedCallback): Promise<CallbackResult>;
};

type GridRouterDeps = {
  readonly index: Pick<ProviderIndex, 'find'>;
  readonly readStore: Pick<ReadStore, 'byProviderIds'>;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly clock: Clock;
};

export function createGridRouter({ index, readStore, recorder, clock }: GridRouterDeps): GridRouter {
  const find: GridRouter['find'] = async (ids) => {
    if (ids.correlationId === null && ids.serverCallId === null) return null;
    return index.find(ids) ?? readStore.byProviderIds(ids);
  };

  const record: GridRouter['record'] = async (callSessionId, { id, type: eventType, data, raw }) => {
    const at = new Date(clock.now()).toISOString();
    const input = { type: 'Callback', id, at, eventType, data, raw, source: EVENT_GRID } as const;
    return resultOf(await recorder.record(callSessionId, input), at);
  };

  return {
    find,
    record,
    async hand({ correlationId = null, serverCallId = null }, event) {
      const callSessionId = isOfACall(event.type) ? await find({ correlationId, serverCallId }) : null;
      return callSessionId === null ? 'unknown-call' : record(callSessionId, event);
    },
  };
}
