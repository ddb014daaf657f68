import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import { EVENT_GRID } from '../../domain/call/callback.ts';
import type { NewEntry } from '../../domain/entries.ts';
import { isOfACall, type ProviderIds, providerIds, SUBSCRIPTION_DELETED } from '../../domain/inbox/event-grid.ts';
import type { QuarantinedCallback } from '../../domain/inbox/quarantine.ts';
import { eventGridStream } from '../../domain/streams.ts';
import { LOG_LIMITS } from '../../log/port.ts';
import type { SideStreams } from '../../log/side-streams.ts';
import type { GridEvent, GridResult, ReceivedGridEvent } from '../api.ts';
import type { Journal } from '../ports.ts';
import type { GridRouter } from './grid-router.ts';
import { type Quarantine, quarantined } from './quarantine.ts';
import type { Reroute } from './reroute.ts';

type GridDeps = {
  readonly router: GridRouter;
  readonly quarantine: Pick<Quarantine, 'keep'>;
  readonly reroute: Pick<Reroute, 'watch'>;
  readonly streams: SideStreams;
  readonly clock: Clock;
  readonly journal: Journal;
};

/** Where an event is to stay when it is not in a call already. */
type Sorted =
  | { readonly result: 'recorded' | 'duplicate' | 'late' | 'too-large' }
  | { readonly result: 'quarantined'; readonly callback: QuarantinedCallback }
  | { readonly result: 'kept' | 'subscription-deleted'; readonly entry: NewEntry };

/** How many are recorded at once: a delivery of thousands must be answered in 30 s, and leave room for ACS's callbacks. */
const AT_ONCE = 100;

/**
 * Takes a delivery of Event Grid: every event is durable when it resolves, in its call, in the quarantine or, when it is of
 * no call, in a stream of Event Grid's own; but for those that are too large for an entry, which the caller must refuse.
 * @returns what became of each, in their order
 * @throws LogError when the log cannot be written; the delivery may come again without harm
 */
export async function receiveGridEvents(deps: GridDeps, events: readonly GridEvent[]): Promise<readonly GridResult[]> {
  const now = new Date(deps.clock.now());
  const at = now.toISOString();
  const sorted: Sorted[] = [];
  for (let from = 0; from < events.length; from += AT_ONCE) {
    sorted.push(...(await allOf(events.slice(from, from + AT_ONCE).map((event) => sort(deps, event, at)))));
  }
  const callbacks = sorted.flatMap((one) => (one.result === 'quarantined' ? [one.callback] : []));
  if (callbacks.length > 0) {
    for (const { stream, item } of await deps.quarantine.keep(callbacks)) deps.reroute.watch(stream, [item]);
  }
  const entries = sorted.flatMap((one) => ('entry' in one ? [one.entry] : []));
  if (entries.length > 0) await deps.streams.add(eventGridStream(at), entries, now);
  return sorted.map(({ result }) => result);
}

async function sort(deps: GridDeps, event: GridEvent, at: string): Promise<Sorted> {
  if ('flaw' in event) return aside({ ...unreadable(event.raw), flaw: event.flaw }, at);
  if (event.type === SUBSCRIPTION_DELETED) {
    deps.journal.warn({ subscription: subscriptionName(event) }, 'an Event Grid subscription was deleted');
    return beside('subscription-deleted', entryOf('DeleteSubscription', event, at));
  }
  if (!isOfACall(event.type)) return beside('kept', entryOf('KeepEvent', event, at));
  if (isTooLarge(event.raw)) return { result: 'too-large' };
  const ids = providerIds(event.subject, event.data);
  const callback = { ...nameOf(event), ...present(ids) };
  if (!ids.correlationId && !ids.serverCallId) return aside({ ...callback, flaw: 'names no call' }, at);
  const result = await record(deps, ids, event);
  return result === 'unknown-call' ? aside(callback, at) : { result };
}

/** An event that cannot be given to its call now must not hold up the rest of its delivery: it waits in the quarantine. */
async function record({ router, journal }: GridDeps, ids: ProviderIds, event: ReceivedGridEvent) {
  let callSessionId: string | null = null;
  try {
    callSessionId = await router.find(ids);
  } catch (error) {
    journal.warn({ code: errorCode(error) }, 'the call of an Event Grid event could not be looked up');
  }
  if (callSessionId === null) return 'unknown-call';
  try {
    return await router.record(callSessionId, event);
  } catch (error) {
    if (errorCode(error) !== 'CALL_PARKED') throw error;
    return 'unknown-call';
  }
}

function beside(result: 'kept' | 'subscription-deleted', entry: NewEntry): Sorted {
  return isTooLarge(entry.data) ? { result: 'too-large' } : { result, entry };
}

function aside(callback: QuarantinedCallback, at: string): Sorted {
  return isTooLarge(quarantined(callback, at).data) ? { result: 'too-large' } : { result: 'quarantined', callback };
}

function isTooLarge(data: string): boolean {
  return Buffer.byteLength(data) > LOG_LIMITS.dataBytes;
}

function nameOf({ id, type, raw }: ReceivedGridEvent): QuarantinedCallback {
  return { eventId: id, eventType: type, raw, source: EVENT_GRID };
}

/** Named by its text: the same again is kept once. */
function unreadable(raw: string): QuarantinedCallback {
  const eventId = createHash('sha256').update(raw).digest('hex');
  return { eventId, eventType: 'unreadable', raw, source: EVENT_GRID };
}

function present({ correlationId, serverCallId }: ProviderIds) {
  return { ...(correlationId !== null && { correlationId }), ...(serverCallId !== null && { serverCallId }) };
}

function entryOf(type: string, { id, type: eventType, raw }: ReceivedGridEvent, at: string): NewEntry {
  const data = JSON.stringify({ eventType, raw });
  return { kind: 'callback', type, id, at, actor: EVENT_GRID, cause: null, data };
}

/** The last part of the resource's path; the rest of it names an Azure subscription. */
function subscriptionName({ data }: ReceivedGridEvent): string {
  const path = data['eventSubscriptionId'];
  return (typeof path === 'string' && /\/([A-Za-z0-9-]{3,64})$/.exec(path)?.[1]) || 'unnamed';
}

/** Waits for all, also when one fails: nothing may go on in the background after the sender is answered. */
async function allOf<T>(tasks: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(tasks);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
