import type { DialPermit, DialPermits, DialRefusal } from '../../../src/app/ports.ts';

/** Dial permits that live in the test: so many places for all who ask. */
export type MemoryPermits = DialPermits & {
  /** Places that nobody has. */
  free(): number;
  /** Places and turns that were asked for, in vain or not. */
  asked(): { readonly places: number; readonly turns: number };
  /** From now on nobody can be asked, or everybody again. */
  setAway(isAway: boolean): void;
  /** Every place may have passed to somebody else. */
  loseAll(): void;
};

export const AGAIN_MS = 1_000;

export function memoryPermits(most: number): MemoryPermits {
  const held = new Set<DialPermit>();
  const lost = new Set<DialPermit>();
  const asked = { places: 0, turns: 0 };
  let away = false;
  const refusal = (): DialRefusal => ({ retryAfterMs: AGAIN_MS, lost: away });
  return {
    async acquire() {
      asked.places += 1;
      if (away || held.size >= most) return refusal();
      const permit: DialPermit = {
        held: () => held.has(permit) && !lost.has(permit),
        release: async () => void held.delete(permit),
      };
      held.add(permit);
      return permit;
    },
    async turn() {
      asked.turns += 1;
      return away ? refusal() : 'granted';
    },
    free: () => most - held.size,
    asked: () => ({ ...asked }),
    setAway(isAway) {
      away = isAway;
    },
    loseAll() {
      for (const permit of held) lost.add(permit);
    },
  };
}
