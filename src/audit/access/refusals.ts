import type { Clock } from '../../base/clock.ts';
import type { NewEntry } from '../../domain/entries.ts';
import { refusalEntry, refusalsEntry } from './entries.ts';
import type { Refusal } from './look.ts';

const MINUTE_MS = 60_000;
/** Whoever knocks a thousand times must not fill the log. */
const NAMED_PER_MINUTE = 10;

type RefusalsDeps = {
  readonly clock: Clock;
  readonly freshId: () => string;
  /** Writes an entry in the background. */
  readonly write: (entry: (at: string) => NewEntry) => void;
};

/** Takes note of requests that were turned away: the first of a minute one by one, the rest by their number. */
export function createRefusals({ clock, freshId, write }: RefusalsDeps) {
  let named = 0;
  let more: { readonly from: string; readonly counts: Record<string, number> } | null = null;
  let callOff: (() => void) | null = null;

  const iso = (): string => new Date(clock.now()).toISOString();

  const end = (): void => {
    callOff?.();
    callOff = null;
    named = 0;
    if (!more) return;
    const body = { ...more, to: iso() };
    more = null;
    write((at) => refusalsEntry(body, freshId(), at));
  };

  return {
    refused(refusal: Refusal): void {
      callOff ??= clock.after(MINUTE_MS, end);
      if (named < NAMED_PER_MINUTE) {
        named += 1;
        write((at) => refusalEntry(refusal, freshId(), at));
        return;
      }
      more ??= { from: iso(), counts: {} };
      more.counts[refusal.status] = (more.counts[refusal.status] ?? 0) + 1;
    },
    /** Tells what is counted so far. */
    end,
  };
}
