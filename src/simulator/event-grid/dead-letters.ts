import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EventSchema, type GridEvent, inSchema } from './grid-event.ts';

/** An event that was given up, in the form in which it was to be delivered, with the service's own words why. */
export type DeadLetter = Readonly<Record<string, unknown>>;

/** What is known of a delivery that was given up. Times are ISO 8601. */
export type DeliveryEnd = {
  readonly deadLetterReason: string;
  readonly deliveryAttempts: number;
  readonly lastDeliveryOutcome: string;
  /** 0 when there was no answer. */
  readonly lastHttpStatusCode: number;
  readonly publishTime: string;
  readonly lastDeliveryAttemptTime: string;
};

/** Where events go that nobody took. */
export type DeadLetters = {
  /** Resolves when it is kept; never rejects. */
  keep(subscription: string, letter: DeadLetter, fileId: string, atMs: number): Promise<void>;
  /** Oldest first, the latest 1,000. */
  all(): readonly DeadLetter[];
  clear(): void;
};

const KEPT_MAX = 1_000;

/**
 * @param folder one file per event is written below it, `{SUBSCRIPTION}/{year}/{month}/{day}/{hour}/{id}.json`, each an
 *   array of one as the service's blobs are; undefined: memory only
 */
export function createDeadLetters(folder: string | undefined): DeadLetters {
  let kept: DeadLetter[] = [];
  return {
    async keep(subscription, letter, fileId, atMs) {
      kept = [...kept.slice(1 - KEPT_MAX), letter];
      if (folder === undefined) return;
      const at = new Date(atMs);
      const hour = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours()].map(String);
      const place = join(folder, subscription.toUpperCase(), ...hour);
      try {
        await mkdir(place, { recursive: true, mode: 0o700 });
        await writeFile(join(place, `${fileId}.json`), JSON.stringify([letter]), { mode: 0o600 });
      } catch {
        // The service drops what its blob store does not take; it is still to be seen in memory.
      }
    },
    all: () => kept,
    clear() {
      kept = [];
    },
  };
}

/** In CloudEvents the added members are extension attributes, whose names have no capitals. */
export function deadLetterOf(event: GridEvent, schema: EventSchema, end: DeliveryEnd): DeadLetter {
  const isCloudEvent = schema === 'CloudEventSchemaV1_0';
  const members = Object.entries(end).map(([name, value]) => [isCloudEvent ? name.toLowerCase() : name, value]);
  return { ...inSchema(event, schema), ...Object.fromEntries(members) };
}
