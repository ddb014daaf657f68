import { type Expiry, isExpired, isMeant, KEPT_FOR_MS, waitingIn } from '../../domain/inbox/quarantine.ts';
import { quarantineStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { QuarantinePage, QuarantineQuery } from '../api.ts';
import { daysBetween, type QuarantinePlace } from './waiting-index.ts';

/** Older ones are looked for when their day is named. */
const EXPIRED_FOR_MS = 2 * KEPT_FOR_MS;

/**
 * A page of what waits.
 * @param places oldest first
 * @param count how many there are: where all are meant they need not be walked through
 */
export function pageOf(places: Iterable<QuarantinePlace>, query: QuarantineQuery, count?: number): QuarantinePage {
  const { filter = {}, after = '', limit } = query;
  const areAllMeant = count !== undefined && Object.keys(filter).length === 0;
  const page: QuarantinePlace[] = [];
  let total = 0;
  for (const place of places) {
    if (!areAllMeant && !isMeant(filter, place.item)) continue;
    total += 1;
    if (page.length > limit || (after !== '' && markOf(place) <= after)) continue;
    page.push(place);
    if (areAllMeant && page.length > limit) break;
  }
  const shown = page.slice(0, limit);
  return {
    items: shown.map(({ item }) => item),
    total: areAllMeant ? count : total,
    next: page.length > limit ? markOf(shown.at(-1)!) : null,
  };
}

/** A page of what has expired, read from the days' own streams. @throws LogError */
export async function expiredPage(
  log: Pick<CallEventLog, 'read'>,
  nowMs: number,
  expiry: Expiry,
  query: QuarantineQuery,
): Promise<QuarantinePage> {
  const { filter = {}, after = '', limit } = query;
  const places: QuarantinePlace[] = [];
  for (const stream of streamsOfExpired(nowMs, filter.day)) {
    if (stream < after.slice(0, stream.length)) continue;
    const found = (await placesIn(log, stream)).filter(({ item }) => isExpired(item, expiry) && isMeant(filter, item));
    places.push(...found.filter((place) => markOf(place) > after));
    if (places.length > limit) break;
  }
  return { ...pageOf(places, { limit }), total: null };
}

/** One that has expired. @param day where it is; absent: it is looked for in all days that are listed */
export async function findExpired(
  log: Pick<CallEventLog, 'read'>,
  nowMs: number,
  id: string,
  day?: string,
): Promise<QuarantinePlace | null> {
  for (const stream of streamsOfExpired(nowMs, day).reverse()) {
    const found = (await placesIn(log, stream)).find(({ item }) => item.id === id);
    if (found) return found;
  }
  return null;
}

function streamsOfExpired(nowMs: number, day: string | undefined): string[] {
  return day === undefined ? daysBetween(nowMs - EXPIRED_FOR_MS, nowMs) : [quarantineStream(day)];
}

/** What was neither released nor discarded. */
async function placesIn(log: Pick<CallEventLog, 'read'>, stream: string): Promise<QuarantinePlace[]> {
  const entries = await log.read(stream);
  const versions = new Map(entries.map(({ id, version }) => [id, version]));
  return waitingIn(entries).map(({ raw: _raw, ...item }) => ({ stream, version: versions.get(item.id) ?? 0, item }));
}

/** Sorts as the places do. */
function markOf({ stream, version }: QuarantinePlace): string {
  return `${stream}/${String(version).padStart(12, '0')}`;
}
