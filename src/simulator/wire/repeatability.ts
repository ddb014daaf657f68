import type { IncomingHttpHeaders } from 'node:http';

const REMEMBERED_MAX = 50_000;
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** What a request says about being repeated. */
type Repeatability =
  | { readonly kind: 'none' }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'malformed'; readonly detail: string };

/** Reads the two repeatability headers, which only make sense together. */
export function repeatabilityOf(headers: IncomingHttpHeaders): Repeatability {
  const id = headers['repeatability-request-id'];
  const firstSent = headers['repeatability-first-sent'];
  if (id === undefined && firstSent === undefined) return { kind: 'none' };
  if (typeof id !== 'string' || typeof firstSent !== 'string') {
    return { kind: 'malformed', detail: 'Repeatability-Request-ID and Repeatability-First-Sent go together.' };
  }
  if (!UUID_V4.test(id)) return { kind: 'malformed', detail: 'Repeatability-Request-ID must be a version 4 UUID.' };
  if (Number.isNaN(Date.parse(firstSent))) {
    return { kind: 'malformed', detail: 'Repeatability-First-Sent must be an HTTP date.' };
  }
  return { kind: 'id', id: id.toLowerCase() };
}

/** Remembers for which requests something was already done. */
export type RepeatabilityTable<T> = {
  /** What was done under this id, if that is not too long ago. */
  find(id: string): T | undefined;
  remember(id: string, done: T): void;
  /** Forgets everything, as the service does after a time it does not publish. */
  expire(): void;
};

/**
 * A table bounded in number and age.
 *
 * @param nowMs wall clock
 * @param isFresh whether something remembered at that wall time still counts
 */
export function createRepeatabilityTable<T>(
  nowMs: () => number,
  isFresh: (rememberedMs: number) => boolean,
): RepeatabilityTable<T> {
  const table = new Map<string, { done: T; atMs: number }>();
  return {
    find(id) {
      const entry = table.get(id);
      if (entry === undefined) return undefined;
      if (isFresh(entry.atMs)) return entry.done;
      table.delete(id);
      return undefined;
    },
    remember(id, done) {
      for (const [oldest, { atMs }] of table) {
        if (isFresh(atMs) && table.size < REMEMBERED_MAX) break;
        table.delete(oldest);
      }
      table.set(id, { done, atMs: nowMs() });
    },
    expire: () => table.clear(),
  };
}
