import type { Entry } from './entries.ts';

/** A callback for a call whose stream the log does not hold. */
export type QuarantinedCallback = {
  readonly callSessionId: string;
  readonly eventId: string;
  readonly eventType: string;
  /** The CloudEvent exactly as received. */
  readonly raw: string;
};

/** What became of it later. */
export type QuarantineEnd = { readonly item: string; readonly how: 'released' | 'discarded'; readonly reason?: string };

export type QuarantineItem = Omit<QuarantinedCallback, 'raw'> & { readonly id: string; readonly receivedAt: string };

/** One stream a day, so that none grows without end. */
export function quarantineStream(at: string): string {
  return `quarantine:${at.slice(0, 10)}`;
}

export function isQuarantineStream(stream: string): boolean {
  return stream.startsWith('quarantine:');
}

/** The id of a quarantined callback; the same callback again has the same. */
export function quarantineId({ callSessionId, eventId }: QuarantinedCallback): string {
  return `${callSessionId}~${eventId}`;
}

/** The callbacks of a quarantine stream that have neither been released nor discarded. */
export function waitingIn(entries: readonly Entry[]): readonly (QuarantineItem & { readonly raw: string })[] {
  const waiting = new Map<string, QuarantineItem & { readonly raw: string }>();
  for (const entry of entries) {
    if (entry.type === 'QuarantineCallback') {
      const body: QuarantinedCallback = JSON.parse(entry.data);
      waiting.set(entry.id, { id: entry.id, receivedAt: entry.at, ...body });
    }
    if (entry.type === 'EndQuarantine') {
      const body: QuarantineEnd = JSON.parse(entry.data);
      waiting.delete(body.item);
    }
  }
  return [...waiting.values()];
}
