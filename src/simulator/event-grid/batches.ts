import type { Timers } from '../clock/timers.ts';
import type { GridEvent } from './grid-event.ts';
import type { Subscription } from './subscription.ts';

/** Gathers the events of a subscription into requests. */
type Batcher = {
  add(subscription: Subscription, events: readonly GridEvent[]): void;
};

/** How long an event waits for others where batches are wanted. */
const WAIT_MS = 50;
const BYTES_MAX = 1_048_576;

/** @param send takes the events of one request */
export function createBatcher(
  timers: Timers,
  send: (subscription: Subscription, events: readonly GridEvent[]) => void,
): Batcher {
  const waiting = new Map<Subscription, GridEvent[]>();

  const release = (subscription: Subscription) => {
    const events = waiting.get(subscription) ?? [];
    waiting.delete(subscription);
    for (const batch of batches(events, subscription.settings.maxEvents)) send(subscription, batch);
  };

  return {
    add(subscription, events) {
      if (subscription.settings.maxEvents === 1) {
        for (const event of events) send(subscription, [event]);
        return;
      }
      const together = waiting.get(subscription);
      if (together !== undefined) return void together.push(...events);
      waiting.set(subscription, [...events]);
      timers.after(WAIT_MS, () => release(subscription));
    },
  };
}

/** As many as are wanted together and as fit into a request. */
function* batches(events: readonly GridEvent[], maxEvents: number): Iterable<readonly GridEvent[]> {
  let batch: GridEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify(event));
    if (batch.length > 0 && (batch.length >= maxEvents || bytes + size > BYTES_MAX)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
