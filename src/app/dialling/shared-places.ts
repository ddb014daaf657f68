import type { Clock } from '../../base/clock.ts';
import type { DialPermit, DialPermits, DialRefusal } from '../ports.ts';
import type { Places, UnusedTurn } from './places.ts';
import { createQuietCalls, type QuietCalls, type QuietCallsDeps } from './quiet-calls.ts';

export type SharedPlacesDeps = QuietCallsDeps & { readonly permits: DialPermits };

type Shared = {
  readonly permits: DialPermits;
  readonly clock: Clock;
  readonly quiet: QuietCalls;
  /** The places that this instance has. */
  readonly held: Map<string, DialPermit>;
  /** Who is being dialled, with the place got for it. */
  readonly turns: Map<string, DialPermit | null>;
  /** Whose legs stand, also those that others dialled. */
  readonly legs: Set<string>;
  /** Since when nobody can be asked. */
  lostSinceMs: number | null;
};

/** Twice the time after which the places of a dead instance come back, so that a short trouble changes nothing. */
const PATIENCE_MS = 120_000;

/**
 * The places that this instance has of those that all instances share. Only the legs count that have one from here: the
 * others' are counted by theirs. A call that was taken over from a dead instance has none here. The dead one's place comes
 * back by itself, perhaps while that leg still stands: then there is one leg more than allowed for the rest of one call,
 * and the provider says 429 to one dial. Before it is dialled once more it gets a place like any other.
 *
 * When nobody can be asked for a place, dialling pauses: more legs than the provider allows are worse than calls that
 * wait. But not for ever. The provider itself refuses what is too much (429), which costs an attempt and rings nobody; so
 * after two minutes an instance dials one call at a time, at its own pace, until the others can be reached again.
 */
export function createSharedPlaces({ permits, ...deps }: SharedPlacesDeps): Places {
  const { clock } = deps;
  const quiet = createQuietCalls(deps);
  const legs = new Set<string>();
  const shared: Shared = { permits, clock, quiet, legs, held: new Map(), turns: new Map(), lostSinceMs: null };
  const taken = (): number => shared.held.size;
  return {
    ask: (callSessionId) => ask(shared, callSessionId),
    has: (callSessionId) => has(shared, callSessionId),
    begun: (callSessionId) => legs.has(callSessionId),
    taken,
    legs: taken,
    takeTurn(callSessionId, place) {
      if (place) hold(shared, callSessionId, place);
      shared.turns.set(callSessionId, place);
    },
    giveBack: (callSessionId) => giveBack(shared, callSessionId),
    legStands(callSessionId, dialledHere) {
      legs.add(callSessionId);
      quiet.heard(callSessionId);
      // The leg may be another instance's, and the turn that was taken here still unused.
      if (dialledHere) shared.turns.delete(callSessionId);
    },
    legOver(callSessionId) {
      legs.delete(callSessionId);
      // Whoever is being dialled keeps its place until that is over.
      return shared.turns.has(callSessionId) ? null : letGo(shared, callSessionId);
    },
    problem: () => (shared.lostSinceMs === null ? null : 'the dial queue cannot be reached'),
    close: quiet.close,
  };
}

function has({ held }: Shared, callSessionId: string): boolean {
  return held.get(callSessionId)?.held() ?? false;
}

async function ask(shared: Shared, callSessionId: string): Promise<DialPermit | 'granted' | DialRefusal> {
  const { permits } = shared;
  const answer = has(shared, callSessionId) ? await permits.turn() : await permits.acquire();
  if (answer !== 'granted' && 'lost' in answer && answer.lost) return answerLost(shared, callSessionId, answer);
  shared.lostSinceMs = null;
  return answer;
}

function answerLost(shared: Shared, callSessionId: string, refusal: DialRefusal): DialPermit | 'granted' | DialRefusal {
  const nowMs = shared.clock.monotonicMs();
  shared.lostSinceMs ??= nowMs;
  if (nowMs - shared.lostSinceMs < PATIENCE_MS) return refusal;
  if (has(shared, callSessionId)) return 'granted';
  return shared.held.size === 0 ? LONE_PLACE : refusal;
}

function hold({ held, quiet }: Shared, callSessionId: string, place: DialPermit): void {
  // One that has run out may still be renewed.
  void held.get(callSessionId)?.release();
  held.set(callSessionId, place);
  quiet.watch(callSessionId);
}

function giveBack(shared: Shared, callSessionId: string): UnusedTurn | null {
  const got = shared.turns.get(callSessionId);
  if (!shared.turns.delete(callSessionId)) return null;
  // A leg that stands keeps the place that it had before.
  const isFree = got || !shared.legs.has(callSessionId);
  return { place: isFree ? letGo(shared, callSessionId) : null, moment: true };
}

/** The place of a call, which it does not have any more; null when it had none. */
function letGo({ held, quiet }: Shared, callSessionId: string): DialPermit | null {
  const place = held.get(callSessionId) ?? null;
  held.delete(callSessionId);
  quiet.forget(callSessionId);
  return place;
}

/** The one place of an instance that is on its own. */
const LONE_PLACE: DialPermit = { held: () => true, release: async () => {} };
