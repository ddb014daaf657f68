import { createHash } from 'node:crypto';
import type { ReadStore } from '../../../projections/ports.ts';
import type { Clock } from '../../base/clock.ts';
import { isoTime } from '../../base/times.ts';
import type { NewEntry } from '../../domain/entries.ts';
import { eventIn } from '../../domain/inbox/event.ts';
import type { CallEventLog } from '../../log/port.ts';
import { createSideStreams } from '../../log/side-streams.ts';
import type { AppHealth, CallApp, CallbackResult, ReceivedCallback } from '../api.ts';
import type { Journal } from '../ports.ts';
import { CallParkedError } from '../recording/parked.ts';
import type { ProviderIndex } from '../recording/provider-index.ts';
import type { Recorder } from '../recording/recorder.ts';
import { resultOf } from './callback-result.ts';
import { receiveGridEvents } from './grid-delivery.ts';
import { createGridRouter } from './grid-router.ts';
import { createQuarantine, type Quarantine } from './quarantine.ts';
import { startReroute } from './reroute.ts';

/** What others tell of calls: recorded in the call that it is about, or kept until that is known. */
type Inbox = Pick<CallApp, 'recordCallbacks' | 'recordGridEvents'> & {
  readonly quarantine: Quarantine;
  /** What Event Grid has delivered since the start. */
  gridDelivered(): AppHealth['eventGrid'];
  close(): void;
};

type InboxDeps = {
  readonly log: CallEventLog;
  readonly readStore: Pick<ReadStore, 'byProviderIds'>;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly index: Pick<ProviderIndex, 'find'>;
  readonly clock: Clock;
  readonly journal: Journal;
};

export function startInbox({ log, readStore, recorder, index, clock, journal }: InboxDeps): Inbox {
  const recordOf = (callSessionId: string, callbacks: readonly ReceivedCallback[]): Promise<CallbackResult> =>
    recordCallbacks(recorder, clock, callSessionId, callbacks);
  /** Whoever has given a call up reads no more of it: what is still told of it waits where people look. */
  const recordOrKeep: typeof recordOf = async (callSessionId, callbacks) => {
    try {
      return await recordOf(callSessionId, callbacks);
    } catch (error) {
      if (error instanceof CallParkedError && error.isClosed) return 'unknown-call';
      throw error;
    }
  };
  const router = createGridRouter({ index, readStore, recorder, clock });
  const streams = createSideStreams(log, contentOf);
  const quarantine = createQuarantine({
    log,
    streams,
    clock,
    journal,
    hand: (item, event) =>
      item.callSessionId === undefined ? router.hand(item, event) : recordOf(item.callSessionId, [event]),
  });
  let delivered: AppHealth['eventGrid'] = { events: 0, newestAt: null };
  const reroute = startReroute({ quarantine, find: router.find, clock, journal });
  return {
    quarantine,
    async recordCallbacks(callSessionId, callbacks) {
      const result = await recordOrKeep(callSessionId, callbacks);
      if (result === 'unknown-call') {
        await quarantine.keep(
          callbacks.map(({ id, type, raw }) => ({ callSessionId, eventId: id, eventType: type, raw })),
        );
      }
      return result;
    },
    async recordGridEvents(events) {
      const results = await receiveGridEvents({ router, quarantine, reroute, streams, clock, journal }, events);
      delivered = { events: delivered.events + events.length, newestAt: new Date(clock.now()).toISOString() };
      return results;
    },
    gridDelivered: () => delivered,
    close: reroute.close,
  };
}

/** Only what others sent: our own word on an item is known by the item. */
function contentOf({ kind, data }: NewEntry): string {
  if (kind !== 'callback') return '';
  const { raw } = JSON.parse(data) as { readonly raw: string };
  return createHash('sha256').update(wordsOf(raw)).digest('hex');
}

/** What cannot be read as an event is known by its text. */
function wordsOf(raw: string): string {
  try {
    const { source, content } = eventIn(raw);
    return `${source} ${content}`;
  } catch {
    return raw;
  }
}

async function recordCallbacks(
  recorder: Pick<Recorder, 'record'>,
  clock: Clock,
  callSessionId: string,
  callbacks: readonly ReceivedCallback[],
): Promise<CallbackResult> {
  let result: CallbackResult = 'duplicate';
  for (const { id, type, data, raw } of callbacks) {
    const at = isoTime(clock.now());
    const recording = await recorder.record(callSessionId, { type: 'Callback', id, at, eventType: type, data, raw });
    const came = resultOf(recording, at);
    if (came === 'unknown-call') return came;
    if (came !== 'duplicate') result = came;
  }
  return result;
}
