import type { Clock } from '../base/clock.ts';
import { createSideStreams } from '../log/side-streams.ts';
import type { CallApp, CallbackResult, ReceivedCallback } from './api.ts';
import type { CallEngine, CallEngineDeps } from './call-engine.ts';
import { receiveGridEvents } from './event-grid.ts';
import { createGridRouter } from './grid-router.ts';
import { createQuarantine, type Quarantine } from './quarantine.ts';
import type { Recorder } from './recorder.ts';
import { startReroute } from './reroute.ts';

/** What others tell of calls: recorded in the call that it is about, or kept until that is known. */
export type Inbox = Pick<CallApp, 'recordCallbacks' | 'recordGridEvents'> & {
  readonly quarantine: Quarantine;
  close(): void;
};

export function startInbox(
  { recorder, index }: Pick<CallEngine, 'recorder' | 'index'>,
  { log, readStore, clock, journal }: Pick<CallEngineDeps, 'log' | 'readStore' | 'clock' | 'journal'>,
): Inbox {
  const recordOf = (callSessionId: string, callbacks: readonly ReceivedCallback[]): Promise<CallbackResult> =>
    recordCallbacks(recorder, clock, callSessionId, callbacks);
  const router = createGridRouter({ index, readStore, recorder, clock });
  const streams = createSideStreams(log);
  const quarantine = createQuarantine({
    log,
    streams,
    clock,
    hand: (item, event) =>
      item.callSessionId === undefined ? router.hand(item, event) : recordOf(item.callSessionId, [event]),
  });
  const reroute = startReroute({ quarantine, find: router.find, clock, journal });
  return {
    quarantine,
    async recordCallbacks(callSessionId, callbacks) {
      const result = await recordOf(callSessionId, callbacks);
      if (result === 'unknown-call') {
        await quarantine.keep(
          callbacks.map(({ id, type, raw }) => ({ callSessionId, eventId: id, eventType: type, raw })),
        );
      }
      return result;
    },
    recordGridEvents: (events) => receiveGridEvents({ router, quarantine, reroute, streams, clock, journal }, events),
    close: reroute.close,
  };
}

async function recordCallbacks(
  recorder: Recorder,
  clock: Clock,
  callSessionId: string,
  callbacks: readonly ReceivedCallback[],
): Promise<CallbackResult> {
  let result: CallbackResult = 'duplicate';
  for (const { id, type, data, raw } of callbacks) {
    const at = new Date(clock.now()).toISOString();
    const { verdict } = await recorder.record(callSessionId, { type: 'Callback', id, at, eventType: type, data, raw });
    if (verdict === 'unknown-call') return verdict;
    if (verdict === 'recorded') result = 'recorded';
  }
  return result;
}
