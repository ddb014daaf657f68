import type { DialPermit, DialPermits, DialRefusal, Journal } from '../../app/ports.ts';
import type { Clock } from '../../base/clock.ts';
import type { Queue, Receipt } from './client.ts';
import { QueueError } from './error.ts';
import type { Tokens } from './tokens.ts';

export type PermitsDeps = {
  /** Calls that may be held at once. */
  readonly slots: Tokens;
  readonly slotQueue: Pick<Queue, 'update'>;
  /** Turns to dial. */
  readonly rate: Tokens;
  /** For how long a turn that was taken is nobody else's. */
  readonly turnMs: number;
  /** For how long a slot stays taken unless it is renewed. */
  readonly leaseMs: number;
  readonly clock: Clock;
  /** From 0 to 1: instances must not ask in step. */
  readonly random: () => number;
  readonly journal: Journal;
};

/** How soon to ask again: for a slot, a call must end; a turn comes back within the second or so that it takes. */
const SLOT_AGAIN_MS = 1_000;
const TURN_AGAIN_MS = 250;
/** After one lost answer soon, after many seldom: twice as long each time. */
const LOST_AGAIN_MS = { least: 250, most: 5_000 } as const;

/** Permits that all instances on one account share. `close` gives back what nobody uses; legs that stand keep theirs. */
export function createPermits(deps: PermitsDeps): DialPermits & { close(): Promise<void> } {
  const { slots, slotQueue, rate, clock, journal } = deps;
  const renewals = new Set<() => void>();
  let spare: { readonly slot: DialPermit; readonly callOff: () => void } | null = null;
  let lostInARow = 0;
  let closed = false;

  const refusal = (againMs: number, isLost = false): DialRefusal => ({
    retryAfterMs: againMs * (0.75 + deps.random() / 2),
    lost: isLost,
  });

  const guarded = async <T>(ask: () => Promise<T | DialRefusal>): Promise<T | DialRefusal> => {
    try {
      const answer = await ask();
      lostInARow = 0;
      return answer;
    } catch (error) {
      const code = error instanceof QueueError ? error.code : 'BUG';
      if (lostInARow === 0) journal.warn({ code }, 'the queue of dial permits cannot be used');
      const againMs = Math.min(LOST_AGAIN_MS.most, LOST_AGAIN_MS.least * 2 ** lostInARow);
      lostInARow += 1;
      return refusal(againMs, true);
    }
  };

  const hold = (receipt: Receipt, fromMs: number): DialPermit => {
    let slot: Receipt | null = receipt;
    let untilMs = fromMs + deps.leaseMs;
    let callOff = (): void => {};

    const renewLater = (): void => {
      renewals.delete(callOff);
      if (closed) return;
      callOff = clock.after(deps.leaseMs / 3, () => void renew());
      renewals.add(callOff);
    };
    const stop = (): Receipt | null => {
      const last = slot;
      slot = null;
      renewals.delete(callOff);
      callOff();
      return last;
    };
    const renew = async (): Promise<void> => {
      const nowMs = clock.now();
      try {
        const renewed = slot && (await slotQueue.update(slot, deps.leaseMs));
        // Given back while the answer was on its way: the receipt that was used then is out of date.
        if (!slot) return void (renewed && (await slotQueue.update(renewed, 0)));
        if (!renewed) return lose();
        slot = renewed;
        untilMs = nowMs + deps.leaseMs;
      } catch {
        // The lease has two more thirds to go.
      }
      if (slot) renewLater();
    };
    const lose = (): void => {
      stop();
      // Or the answer to the renewal before was lost, and with it the receipt that the next one needs.
      journal.warn({ code: 'SLOT_LOST' }, 'a place among the calls held at once may have passed to another instance');
    };

    renewLater();
    return {
      held: () => slot !== null && clock.now() < untilMs,
      async release() {
        const last = stop();
        // Failing that, it comes back by itself.
        if (last) await slotQueue.update(last, 0).catch(() => null);
      },
    };
  };

  /** A slot without a turn is kept for the next who asks, which is the same call a moment later. */
  const keep = (slot: DialPermit): void => {
    if (closed) return void slot.release();
    const callOff = clock.after(deps.turnMs + 2 * SLOT_AGAIN_MS, () => void releaseSpare());
    spare = { slot, callOff };
  };

  const takeSpare = (): DialPermit | null => {
    const slot = spare?.slot ?? null;
    spare?.callOff();
    spare = null;
    return slot;
  };

  const releaseSpare = async (): Promise<void> => {
    await takeSpare()?.release();
  };

  const takeSlot = async (): Promise<DialPermit | null> => {
    const fromMs = clock.now();
    const receipt = await slots.take(deps.leaseMs);
    return receipt && hold(receipt, fromMs);
  };

  const takeTurn = async (): Promise<boolean> => (await rate.take(deps.turnMs)) !== null;

  return {
    acquire: () =>
      guarded(async () => {
        const slot = takeSpare() ?? (await takeSlot());
        if (!slot) return refusal(SLOT_AGAIN_MS);
        const granted = await takeTurn().catch((error: unknown) => {
          keep(slot);
          throw error;
        });
        if (granted) return slot;
        keep(slot);
        return refusal(TURN_AGAIN_MS);
      }),
    turn: () => guarded(async () => ((await takeTurn()) ? ('granted' as const) : refusal(TURN_AGAIN_MS))),
    async close() {
      closed = true;
      await releaseSpare();
      for (const callOff of renewals) callOff();
    },
  };
}
