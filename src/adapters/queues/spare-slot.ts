import type { DialPermit } from '../../app/ports.ts';
import type { Clock } from '../../base/clock.ts';

/** A slot without a turn, kept for the next who asks, which is the same call a moment later. */
export type SpareSlot = {
  keep(slot: DialPermit): void;
  /** Null when none is kept. */
  take(): DialPermit | null;
  /** Gives it back, and whatever is to be kept later. */
  close(): Promise<void>;
};

/** Keeps a slot for `keepMs` at most: then others may have it. */
export function createSpareSlot(clock: Clock, keepMs: number): SpareSlot {
  let spare: { readonly slot: DialPermit; readonly callOff: () => void } | null = null;
  let closed = false;

  const take = (): DialPermit | null => {
    const slot = spare?.slot ?? null;
    spare?.callOff();
    spare = null;
    return slot;
  };

  return {
    take,
    keep(slot) {
      if (closed) return void slot.release();
      spare = { slot, callOff: clock.after(keepMs, () => void take()?.release()) };
    },
    async close() {
      closed = true;
      await take()?.release();
    },
  };
}
