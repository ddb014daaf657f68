import type { Entry } from '../../domain/entries.ts';

/** Up to which entry a call is looked at: so many of them, or those that are not later than a time (ISO 8601 UTC, milliseconds). */
export type AsOf = { readonly version: number } | { readonly at: string };

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads a version (1, 2, 3 ...) or a time with its zone; null when it is neither. */
export function readAsOf(text: string): AsOf | null {
  if (/^[1-9]\d{0,8}$/.test(text)) return { version: Number(text) };
  const ms = ISO_TIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? null : { at: new Date(ms).toISOString() };
}

/**
 * The call as it was known then. By time it is the longest beginning whose times are all not later: within a call time does
 * not run backwards, and where a damaged entry says that it does, nothing behind it may show through.
 */
export function knownBy(entries: readonly Entry[], asOf: AsOf | null): readonly Entry[] {
  if (asOf === null) return entries;
  const later = entries.findIndex((entry) => ('version' in asOf ? entry.version > asOf.version : entry.at > asOf.at));
  return later < 0 ? entries : entries.slice(0, later);
}
