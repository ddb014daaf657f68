import { EVENT_GRID } from '../call/callback.ts';
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
