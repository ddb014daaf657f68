import { readTime } from '../../base/times.ts';
import type { Entry } from '../../domain/entries.ts';

/** Up to which entry a call is looked at: so many of them, or those that are not later than a time (ISO 8601 UTC, milliseconds). */
export type AsOf = { readonly version: number } | { readonly at: string };

/** Reads a version (1, 2, 3 ...) or a time with its zone; null when it is neither. */
export function readAsOf(text: string): AsOf | null {
  if (/^[1-9]\d{0,8}$/.test(text)) return { version: Number(text) };
  const at = text.includes('T') ? readTime(text) : null;
  return at === null ? null : { at };
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
