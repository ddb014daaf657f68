import type { Clock } from '../../base/clock.ts';
import { createSerializer } from '../../base/serially.ts';
import { EVENT_GRID } from '../../domain/call/callback.ts';
import type { Entry } from '../../domain/entries.ts';
import {
  expiryOf,
  isExpired,
  itemIn,
  KEPT_FOR_MS,
  type QuarantineEnd,
  type QuarantineItem,
} from '../../domain/inbox/quarantine.ts';
import { quarantineStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';

/** An item, and where in the log it stands. */
export type QuarantinePlace = { readonly stream: string; readonly version: number; readonly item: QuarantineItem };

/**
 * What waits in the quarantine, without what it says. Every look reads on from where the one before ended, so it holds for any
 * number of instances and after a restart, and costs a read of nothing for each of the newest days.
 */
export type WaitingIndex = {
  /** Reads what the log has beyond what is known of the days from `since` on; default: as long as anything may wait. @throws LogError */
  refresh(since?: Date): Promise<void>;
  /** The same for one day. */
  refreshDay(stream: string): Promise<void>;
  /** Takes note of what this process has just added to a day, if it knows all that stands before. */
  add(stream: string, entries: readonly Entry[]): void;
  /** What waited at the last refresh, oldest first. */
  waiting(): Iterable<QuarantinePlace>;
  find(id: string): QuarantinePlace | null;
  /** It does not wait any more. */
  forget(place: QuarantinePlace): void;
  count(): number;
};

const DAY_MS = 86_400_000;

/** What is known of one day's stream. */
type Day = { version: number; readonly waiting: Map<string, QuarantinePlace> };

export function createWaitingIndex(log: Pick<CallEventLog, 'read'>, clock: Pick<Clock, 'now'>): WaitingIndex {
  const days = new Map<string, Day>();
  const serially = createSerializer();

  const refreshDay = async (stream: string): Promise<void> => {
    const day = days.get(stream) ?? { version: 0, waiting: new Map<string, QuarantinePlace>() };
    const isOver = stream < streamOf(clock.now() - DAY_MS);
    // To a day that is over nothing comes any more, and where nothing waits nothing ends.
    if (isOver && days.has(stream) && day.waiting.size === 0) return;
    const entries = await log.read(stream, day.version + 1);
    const expiry = expiryOf(clock.now());
    for (const entry of entries) note(day, entry, expiry);
    for (const [id, { item }] of day.waiting) if (isExpired(item, expiry)) day.waiting.delete(id);
    days.set(stream, day);
  };

  const refresh = async (since: Date): Promise<void> => {
    for (const stream of daysBetween(since.getTime(), clock.now() + DAY_MS)) await refreshDay(stream);
    const oldest = streamOf(clock.now() - KEPT_FOR_MS);
    for (const stream of days.keys()) if (stream < oldest) days.delete(stream);
  };

  const inOrder = (): Day[] => [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, day]) => day);

  return {
    // One after the other: two that read on from the same place would note the same twice.
    refresh: (since) => serially('', () => refresh(since ?? new Date(clock.now() - KEPT_FOR_MS))),
    refreshDay: (stream) => serially('', () => refreshDay(stream)),
    add(stream, entries) {
      const day = days.get(stream) ?? { version: 0, waiting: new Map<string, QuarantinePlace>() };
      if (entries[0]?.version !== day.version + 1) return;
      for (const entry of entries) note(day, entry, expiryOf(clock.now()));
      days.set(stream, day);
    },
    *waiting() {
      for (const day of inOrder()) yield* day.waiting.values();
    },
    find: (id) => inOrder().flatMap((day) => day.waiting.get(id) ?? [])[0] ?? null,
    forget: ({ stream, item }) => void days.get(stream)?.waiting.delete(item.id),
    count: () => inOrder().reduce((sum, day) => sum + day.waiting.size, 0),
  };
}

/** The streams of the days from one moment to another, oldest first. */
export function daysBetween(fromMs: number, toMs: number): string[] {
  const streams: string[] = [];
  const last = streamOf(toMs);
  for (let atMs = fromMs; streams.at(-1) !== last && streamOf(atMs) <= last; atMs += DAY_MS)
    streams.push(streamOf(atMs));
  return streams;
}

function streamOf(ms: number): string {
  return quarantineStream(new Date(ms).toISOString());
}

function note(day: Day, entry: Entry, expiry: ReturnType<typeof expiryOf>): void {
  day.version = entry.version;
  if (entry.type === 'EndQuarantine') {
    const { item }: QuarantineEnd = JSON.parse(entry.data);
    day.waiting.delete(item);
    return;
  }
  if (entry.type !== 'QuarantineCallback') return;
  // Most of what an old day holds is of Event Grid, and has expired: it need not even be parsed.
  const source = entry.actor === EVENT_GRID ? { source: EVENT_GRID as typeof EVENT_GRID } : {};
  if (isExpired({ ...source, receivedAt: entry.at }, expiry)) return;
  const { raw: _raw, ...item } = itemIn(entry);
  day.waiting.set(item.id, { stream: entry.stream, version: entry.version, item });
}
