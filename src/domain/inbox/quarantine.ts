import { EVENT_GRID } from '../call/callback.ts';
import { ACS } from '../call/provider.ts';
import type { Entry, NewEntry } from '../entries.ts';

/** An event that could not be handed to a call. Stored for years: add optional fields only. */
export type QuarantinedCallback = {
  /** The call that it names; Event Grid names none. */
  readonly callSessionId?: string;
  readonly eventId: string;
  readonly eventType: string;
  /** The event exactly as received. */
  readonly raw: string;
  /** Who brought it, when it was not ACS itself. */
  readonly source?: typeof EVENT_GRID;
  /** What ACS calls the call that an event of Event Grid is about. */
  readonly correlationId?: string;
  readonly serverCallId?: string;
  /** Why it can never be handed to a call as it is. Absent: its call may yet become known. */
  readonly flaw?: string;
};

/** What became of it later. */
export type QuarantineEnd = { readonly item: string; readonly how: 'released' | 'discarded'; readonly reason?: string };

export type QuarantineItem = Omit<QuarantinedCallback, 'raw'> & { readonly id: string; readonly receivedAt: string };

/** An item with what it holds. */
export type WaitingCallback = QuarantineItem & { readonly raw: string };

const DAY_MS = 86_400_000;

/** A call's names are known seconds after it was answered; what nobody knew for two days is of somebody else's call. */
export const REROUTED_FOR_MS = 2 * DAY_MS;

/**
 * For how long a callback waits whose token and secret were a call's own. It may hold what a member has pressed, and a log may be
 * restored late.
 */
export const KEPT_FOR_MS = 31 * DAY_MS;

/** Before which time of arrival an item has expired, ISO 8601 UTC. */
export type Expiry = { readonly grid: string; readonly acs: string };

export function expiryOf(nowMs: number): Expiry {
  const before = (ms: number): string => new Date(nowMs - ms).toISOString();
  return { grid: before(REROUTED_FOR_MS), acs: before(KEPT_FOR_MS) };
}

/** By rule, without an entry: it stays in the log, is listed as expired, and may still be released. */
export function isExpired(
  { source, receivedAt }: Pick<QuarantineItem, 'source' | 'receivedAt'>,
  expiry: Expiry,
): boolean {
  return receivedAt < (source === EVENT_GRID ? expiry.grid : expiry.acs);
}

/** Which items are meant; all that are given must hold. */
export type QuarantineFilter = {
  readonly type?: string;
  readonly source?: typeof ACS | typeof EVENT_GRID;
  /** Of its arrival, `2026-03-02`, UTC. */
  readonly day?: string;
  readonly call?: string;
  /** Arrived then or before, ISO 8601 UTC: what came after somebody looked is not among it. */
  readonly until?: string;
  /** Whether it can only be discarded. */
  readonly flawed?: boolean;
};

export function isMeant(filter: QuarantineFilter, item: QuarantineItem): boolean {
  const { type, source, day, call, until, flawed } = filter;
  if (type !== undefined && item.eventType !== type) return false;
  if (source !== undefined && (item.source ?? ACS) !== source) return false;
  if (day !== undefined && !item.receivedAt.startsWith(day)) return false;
  if (until !== undefined && item.receivedAt > until) return false;
  if (call !== undefined && item.callSessionId !== call) return false;
  return flawed === undefined || (item.flaw !== undefined) === flawed;
}

/** The id of a quarantined callback; another event under the same id is kept with a mark behind it. */
export function quarantineId({ callSessionId, eventId }: QuarantinedCallback): string {
  return `${callSessionId ?? EVENT_GRID}~${eventId}`;
}

/** What an entry keeps. */
export function itemIn({ id, at, data }: NewEntry): WaitingCallback {
  const body: QuarantinedCallback = JSON.parse(data);
  return { id, receivedAt: at, ...body };
}

/** The callbacks of a quarantine stream that have neither been released nor discarded. */
export function waitingIn(entries: readonly Entry[]): readonly WaitingCallback[] {
  const waiting = new Map<string, WaitingCallback>();
  for (const entry of entries) {
    if (entry.type === 'QuarantineCallback') {
      waiting.set(entry.id, itemIn(entry));
    }
    if (entry.type === 'EndQuarantine') {
      const body: QuarantineEnd = JSON.parse(entry.data);
      waiting.delete(body.item);
    }
  }
  return [...waiting.values()];
}
