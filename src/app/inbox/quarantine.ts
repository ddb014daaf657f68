import type { Clock } from '../../base/clock.ts';
import { inTime } from '../../base/time-limit.ts';
import { ACS } from '../../domain/call/provider.ts';
import type { NewEntry } from '../../domain/entries.ts';
import {
  expiryOf,
  isMeant,
  itemIn,
  type QuarantinedCallback,
  type QuarantineEnd,
  type QuarantineItem,
  quarantineId,
  type WaitingCallback,
  waitingIn,
} from '../../domain/inbox/quarantine.ts';
import { quarantineStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { SideStreams } from '../../log/side-streams.ts';
import type {
  CallbackResult,
  DiscardRequest,
  DiscardResult,
  QuarantinePage,
  QuarantineQuery,
  ReceivedCallback,
  ReleaseResult,
} from '../api.ts';
import type { Journal } from '../ports.ts';
import { tellArrivals } from './arrivals.ts';
import { expiredPage, findExpired, pageOf } from './quarantine-pages.ts';
import { createWaitingIndex, type QuarantinePlace, type WaitingIndex } from './waiting-index.ts';

export type Quarantine = {
  /** Keeps events that no call could be given. Durable when it resolves, with those that had not been there and where they are. */
  keep(callbacks: readonly QuarantinedCallback[]): Promise<readonly Kept[]>;
  /** @throws LogError */
  list(query: QuarantineQuery, state?: 'waiting' | 'expired'): Promise<QuarantinePage>;
  /** What waits in the streams of the days from `since` to now, and of tomorrow: the clock may have been set back. */
  recent(since: Date): Promise<readonly Kept[]>;
  /**
   * Hands a callback to its call, if it is known by now. Again after a success it does nothing more: the call knows the
   * event, and its end is recorded once.
   * @param where the stream or the day it is in; absent: it is looked for
   */
  release(
    id: string,
    actor: string,
    where?: { readonly stream?: string; readonly day?: string | undefined },
  ): Promise<ReleaseResult>;
  /** Decides that a callback will never be handed to a call; it stays in the log. */
  discard(id: string, actor: string, reason: string, day?: string): Promise<boolean>;
  /** The same for many that wait. */
  discardMany(request: DiscardRequest): Promise<DiscardResult>;
  /** How many wait, by the newest look, and how many were kept since the start of this process. */
  counts(): { readonly waiting: number; readonly arrivals: number };
  /** Looks what waits, unless that was done lately. Resolves in bounded time. */
  look(): Promise<void>;
};

export type Kept = { readonly stream: string; readonly item: QuarantineItem };

type QuarantineDeps = {
  readonly log: CallEventLog;
  readonly streams: SideStreams;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Records an event that waited, in the call that it is about. */
  readonly hand: (item: QuarantineItem, event: ReceivedCallback) => Promise<CallbackResult>;
};

/** A platform asks every 5 to 10 seconds, and need not have the log read each time. */
const LOOK_EVERY_MS = 30_000;
const LOOK_MS = 1_000;

/**
 * Where callbacks wait whose sender is genuine but whose call is not known: not in the log, as after a log was restored
 * from a backup, or not yet known by the name that Event Grid has for it. Acknowledged, because sending them again would
 * change nothing, and kept for an operator.
 */
export function createQuarantine(deps: QuarantineDeps): Quarantine {
  const { log, streams, clock } = deps;
  const index = createWaitingIndex(log, clock);
  let arrivals = 0;
  let lookedMs = Number.NEGATIVE_INFINITY;

  const refresh = async (): Promise<void> => {
    await index.refresh();
    lookedMs = clock.monotonicMs();
  };

  const find = async (id: string, day?: string): Promise<QuarantinePlace | null> => {
    await refresh();
    return index.find(id) ?? findExpired(log, clock.now(), id, day);
  };

  const findIn = async (stream: string, id: string): Promise<QuarantinePlace | null> => {
    await index.refreshDay(stream);
    return index.find(id);
  };

  const end: End = async (places, actor, how) => {
    const ended = await endAll(deps, places, actor, how);
    for (const place of places) index.forget(place);
    return ended;
  };

  return {
    async keep(callbacks) {
      const now = new Date(clock.now());
      const stream = quarantineStream(now.toISOString());
      const entries = callbacks.map((callback) => quarantined(callback, now.toISOString()));
      const added = await streams.add(stream, entries, now);
      index.add(stream, added);
      arrivals += added.length;
      const kept = added.map((entry) => ({ stream, item: shown(itemIn(entry)) }));
      tellArrivals(
        deps.journal,
        kept.map(({ item }) => item),
      );
      return kept;
    },
    async list(query, state = 'waiting') {
      if (state === 'expired') return expiredPage(log, clock.now(), expiryOf(clock.now()), query);
      await refresh();
      return pageOf(index.waiting(), query, index.count());
    },
    async recent(since) {
      await index.refresh(since);
      return [...index.waiting()];
    },
    async release(id, actor, { stream, day } = {}) {
      const place = await (stream === undefined ? find(id, day) : findIn(stream, id));
      const result = place ? await handOver(deps, place) : 'not-found';
      if (place && result === 'released') await end([place], actor, { how: 'released' });
      return result;
    },
    async discard(id, actor, reason, day) {
      const place = await find(id, day);
      if (place) await end([place], actor, { how: 'discarded', reason });
      return place !== null;
    },
    async discardMany({ meant, actor, reason }) {
      await refresh();
      const { places, left } = chosen(index, meant);
      return { discarded: await end(places, actor, { how: 'discarded', reason }), left };
    },
    counts: () => ({ waiting: index.count(), arrivals }),
    async look() {
      if (clock.monotonicMs() - lookedMs < LOOK_EVERY_MS) return;
      // What keeps the log from being read is told as the log's own trouble.
      await inTime(
        refresh().catch(() => {}),
        LOOK_MS,
        clock.after,
      );
    },
  };
}

type End = (places: readonly QuarantinePlace[], actor: string, how: Omit<QuarantineEnd, 'item'>) => Promise<number>;

/** @returns how many were ended by this, and not by somebody else before */
async function endAll(
  { clock, streams }: QuarantineDeps,
  places: readonly QuarantinePlace[],
  actor: string,
  how: Omit<QuarantineEnd, 'item'>,
): Promise<number> {
  let ended = 0;
  for (const [stream, items] of byStream(places)) {
    const at = new Date(clock.now()).toISOString();
    const entries = items.map((item) => endOf({ ...how, item }, at, actor));
    ended += (await streams.add(stream, entries)).length;
  }
  return ended;
}

async function handOver({ log, hand }: QuarantineDeps, place: QuarantinePlace): Promise<ReleaseResult> {
  const item = await read(log, place);
  if (!item) return 'not-found';
  const { flaw, eventId, eventType, raw } = item;
  if (flaw !== undefined) return 'call-unknown';
  const event: Pick<ReceivedCallback, 'data'> = JSON.parse(raw);
  const result = await hand(item, { id: eventId, type: eventType, data: event.data, raw });
  return result === 'unknown-call' ? 'call-unknown' : 'released';
}

/** What is to be given up, and how much of what was meant is not among it. */
function chosen(index: WaitingIndex, meant: DiscardRequest['meant']) {
  if ('ids' in meant) {
    const ids = [...new Set(meant.ids)];
    const places = ids.flatMap((id) => index.find(id) ?? []);
    return { places, left: ids.length - places.length };
  }
  const all = [...index.waiting()].filter(({ item }) => isMeant(meant.filter, item));
  const places = all.slice(0, meant.limit);
  return { places, left: all.length - places.length };
}

/** What an item holds; null when it does not wait any more. */
async function read(log: Pick<CallEventLog, 'read'>, { stream, version, item }: QuarantinePlace) {
  return waitingIn(await log.read(stream, version)).find(({ id }) => id === item.id) ?? null;
}

function byStream(places: readonly QuarantinePlace[]): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>();
  for (const { stream, item } of places) {
    const known = ids.get(stream);
    if (known) known.push(item.id);
    else ids.set(stream, [item.id]);
  }
  return ids;
}

/** Named by its item: whoever ends it second has ended nothing. */
function endOf(body: QuarantineEnd, at: string, actor: string): NewEntry {
  const common = { kind: 'command', type: 'EndQuarantine', at, actor, cause: body.item } as const;
  return { ...common, id: `${body.item}/end`, data: JSON.stringify(body) };
}

/** The entry that keeps a callback. */
export function quarantined(callback: QuarantinedCallback, at: string): NewEntry {
  const common = { kind: 'callback', type: 'QuarantineCallback', at, cause: null } as const;
  const id = quarantineId(callback);
  return { ...common, id, actor: callback.source ?? ACS, data: JSON.stringify(callback) };
}

function shown({ raw: _raw, ...item }: WaitingCallback): QuarantineItem {
  return item;
}
