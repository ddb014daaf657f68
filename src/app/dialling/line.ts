import type { Priority } from '../../domain/call/bodies.ts';

/** Who waits to be dialled, and in which order. */
export type DialLine = {
  /** Puts a call at the end of its part of the line, or its new `dial` in the place of the one that waits there. */
  join(callSessionId: string, kind: 'redial' | Priority, dial: () => Promise<void>): void;
  /** Who is next; null when nobody waits. */
  next(): string | null;
  /** Takes the next out of the line. */
  take(callSessionId: string): () => Promise<void>;
  leave(callSessionId: string): void;
  size(): number;
  clear(): void;
};

/** Of so many turns one goes to a campaign's call, if one waits: a call that somebody waits for is never far behind. */
const LOW_EVERY = 4;

/**
 * Calls that were begun come first: their phone may be ringing. Of the others the normal ones go before the low ones, but
 * for every fourth turn, so that no part of the line waits for ever.
 * @param hasPlace whether a call has a place already: of those that were begun it goes first, or it would wait behind one that can
 * only get the place that it has itself
 */
export function createDialLine(hasPlace: (callSessionId: string) => boolean = () => false): DialLine {
  type Part = Map<string, () => Promise<void>>;
  const parts: Readonly<Record<'redial' | Priority, Part>> = { redial: new Map(), normal: new Map(), low: new Map() };
  let normalsInARow = 0;

  const nextPart = (): Part => {
    if (parts.redial.size > 0) return parts.redial;
    const lowTurn = normalsInARow >= LOW_EVERY - 1 && parts.low.size > 0;
    return parts.normal.size > 0 && !lowTurn ? parts.normal : parts.low;
  };

  return {
    join: (callSessionId, kind, dial) => void parts[kind].set(callSessionId, dial),
    next() {
      const part = nextPart();
      if (part === parts.redial)
        for (const callSessionId of part.keys()) if (hasPlace(callSessionId)) return callSessionId;
      const [callSessionId] = part.keys();
      return callSessionId ?? null;
    },
    take(callSessionId) {
      const part = nextPart();
      const dial = part.get(callSessionId);
      if (!dial) throw new TypeError('only who is next is taken out of the line');
      part.delete(callSessionId);
      if (part === parts.low) normalsInARow = 0;
      if (part === parts.normal) normalsInARow = Math.min(normalsInARow + 1, LOW_EVERY);
      return dial;
    },
    leave(callSessionId) {
      for (const part of Object.values(parts)) part.delete(callSessionId);
    },
    size: () => parts.redial.size + parts.normal.size + parts.low.size,
    clear() {
      for (const part of Object.values(parts)) part.clear();
    },
  };
}
