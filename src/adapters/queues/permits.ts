import type { DialPermit, DialPermits, DialRefusal, Journal } from '../../app/ports.ts';
import { QueueError } from './error.ts';
import { createLeases, type Leases, type LeasesDeps } from './leases.ts';
import { createSpareSlot, type SpareSlot } from './spare-slot.ts';
import type { Tokens } from './tokens.ts';

export type PermitsDeps = LeasesDeps & {
  /** Calls that may be held at once. */
  readonly slots: Tokens;
  /** Turns to dial. */
  readonly rate: Tokens;
  /** For how long a turn that was taken is nobody else's. */
  readonly turnMs: number;
  /** From 0 to 1: instances must not ask in step. */
  readonly random: () => number;
};

type Parts = PermitsDeps & { readonly leases: Leases; readonly spare: SpareSlot };

/** How soon to ask again: for a slot, a call must end; a turn comes back within the second or so that it takes. */
const SLOT_AGAIN_MS = 1_000;
const TURN_AGAIN_MS = 250;
/** After one lost answer soon, after many seldom: twice as long each time. */
const LOST_AGAIN_MS = { least: 250, most: 5_000 } as const;

/** Permits that all instances on one account share. `close` gives back what nobody uses; legs that stand keep theirs. */
export function createPermits(deps: PermitsDeps): DialPermits & { close(): Promise<void> } {
  const { clock, turnMs, journal, random } = deps;
  const spare = createSpareSlot(clock, turnMs + 2 * SLOT_AGAIN_MS);
  const parts: Parts = { ...deps, spare, leases: createLeases(deps) };
  const guarded = createGuard(journal, random);
  return {
    acquire: () => guarded(() => acquire(parts)),
    turn: () => guarded(async () => ((await takeTurn(parts)) ? 'granted' : refusal(random, TURN_AGAIN_MS))),
    async close() {
      await spare.close();
      parts.leases.close();
    },
  };
}

async function acquire(parts: Parts): Promise<DialPermit | DialRefusal> {
  const { spare, random } = parts;
  const slot = spare.take() ?? (await takeSlot(parts));
  if (!slot) return refusal(random, SLOT_AGAIN_MS);
  const granted = await takeTurn(parts).catch((error: unknown) => {
    spare.keep(slot);
    throw error;
  });
  if (granted) return slot;
  spare.keep(slot);
  return refusal(random, TURN_AGAIN_MS);
}

async function takeSlot({ slots, leases, leaseMs, clock }: Parts): Promise<DialPermit | null> {
  const fromMs = clock.monotonicMs();
  const receipt = await slots.take(leaseMs);
  return receipt && leases.hold(receipt, fromMs);
}

async function takeTurn({ rate, turnMs }: Parts): Promise<boolean> {
  return (await rate.take(turnMs)) !== null;
}

type Guard = <T>(ask: () => Promise<T | DialRefusal>) => Promise<T | DialRefusal>;

/** Makes a refusal of every error, and complains once until somebody can be asked again. */
function createGuard(journal: Journal, random: () => number): Guard {
  let lostInARow = 0;
  return async (ask) => {
    try {
      const answer = await ask();
      lostInARow = 0;
      return answer;
    } catch (error) {
      const code = error instanceof QueueError ? error.code : 'BUG';
      if (lostInARow === 0) journal.warn({ code }, 'the queue of dial permits cannot be used');
      const againMs = Math.min(LOST_AGAIN_MS.most, LOST_AGAIN_MS.least * 2 ** lostInARow);
      lostInARow += 1;
      return refusal(random, againMs, true);
    }
  };
}

function refusal(random: () => number, againMs: number, lost = false): DialRefusal {
  return { retryAfterMs: againMs * (0.75 + random() / 2), lost };
}
