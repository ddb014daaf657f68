import type { Clock } from '../../base/clock.ts';
import type { CallState } from '../../domain/call/call.ts';
import type { DialPermit, DialPermits, DialRefusal } from '../ports.ts';

/** The places that this instance has of those that all instances share. */
export type DialPlaces = {
  holds(callSessionId: string): boolean;
  taken(): number;
  /**
   * Asks for a turn, and for a place unless this call has one.
   * @returns the place, null for a turn in the place that the call has
   */
  ask(callSessionId: string): Promise<DialPermit | null | DialRefusal>;
  hold(callSessionId: string, permit: DialPermit): void;
  /** The call was heard of, so its end would have been too. */
  seen(callSessionId: string): void;
  /** The place of a call, which it does not have any more; null when it had none. */
  letGo(callSessionId: string): DialPermit | null;
  /** Why nothing is dialled at the moment, null when it is. */
  problem(): string | null;
  close(): void;
};

export type DialPlacesDeps = {
  readonly permits: DialPermits;
  readonly clock: Clock;
  /** The call as the log has it now. */
  readonly load: (callSessionId: string) => Promise<CallState | null>;
  readonly onLoaded: (state: CallState) => void;
};

/**
 * A call's callbacks reach any instance, so its end may be recorded elsewhere. A call that nothing was heard of for so long
 * is looked at: most calls say something more often, and a look is a request to the log.
 */
const QUIET_MS = 10_000;
const LOOK_MS = 5_000;

/** Twice the time after which the places of a dead instance come back, so that a short trouble changes nothing. */
const PATIENCE_MS = 120_000;

/**
 * When nobody can be asked for a place, dialling pauses: more legs than the provider allows are worse than calls that
 * wait. But not for ever. The provider itself refuses what is too much (429), which costs an attempt and rings nobody; so
 * after two minutes an instance dials one call at a time, at its own pace, until the others can be reached again.
 */
export function createDialPlaces({ permits, clock, load, onLoaded }: DialPlacesDeps): DialPlaces {
  const held = new Map<string, DialPermit>();
  const heardMs = new Map<string, number>();
  let lostSinceMs: number | null = null;
  let closed = false;
  let callOff: (() => void) | null = null;

  const look = async (): Promise<void> => {
    callOff = null;
    // What cannot be read now is looked at again; the place is renewed meanwhile.
    const quiet = [...held.keys()].filter((id) => clock.now() - (heardMs.get(id) ?? 0) >= QUIET_MS);
    const looked = quiet.map((id) => load(id).then((state) => state && onLoaded(state), ignore));
    await Promise.all(looked);
    lookLater();
  };

  const lookLater = (): void => {
    if (!closed && !callOff && held.size > 0) callOff = clock.after(LOOK_MS, () => void look());
  };

  const answerLost = (callSessionId: string, refusal: DialRefusal): DialPermit | null | DialRefusal => {
    lostSinceMs ??= clock.now();
    if (clock.now() - lostSinceMs < PATIENCE_MS) return refusal;
    if (holds(callSessionId)) return null;
    return held.size === 0 ? LONE_PLACE : refusal;
  };

  const holds = (callSessionId: string): boolean => held.get(callSessionId)?.held() ?? false;

  return {
    holds,
    taken: () => held.size,
    async ask(callSessionId) {
      const answer = holds(callSessionId) ? await permits.turn() : await permits.acquire();
      if (answer !== 'granted' && 'lost' in answer && answer.lost) return answerLost(callSessionId, answer);
      lostSinceMs = null;
      return answer === 'granted' ? null : answer;
    },
    hold(callSessionId, permit) {
      // One that has run out may still be renewed.
      void held.get(callSessionId)?.release();
      held.set(callSessionId, permit);
      heardMs.set(callSessionId, clock.now());
      lookLater();
    },
    seen(callSessionId) {
      if (held.has(callSessionId)) heardMs.set(callSessionId, clock.now());
    },
    letGo(callSessionId) {
      const permit = held.get(callSessionId) ?? null;
      held.delete(callSessionId);
      heardMs.delete(callSessionId);
      return permit;
    },
    problem: () => (lostSinceMs === null ? null : 'the dial queue cannot be reached'),
    close() {
      closed = true;
      callOff?.();
    },
  };
}

/** The one place of an instance that is on its own. */
const LONE_PLACE: DialPermit = { held: () => true, release: async () => {} };

function ignore(): void {}
