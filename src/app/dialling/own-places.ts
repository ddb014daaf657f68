import type { Places, UnusedTurn } from './places.ts';

/** Nobody else waits for them, and the next keeps its distance to a turn all the same, used or not. */
const NOTHING_TO_HAND_ON: UnusedTurn = { place: null, moment: false };

/** The places of an instance that is alone with the provider: every leg that it knows of takes one, whoever dialled. */
export function createOwnPlaces(): Places {
  const legs = new Set<string>();
  /** Who is being dialled and holds no leg yet. */
  const turns = new Set<string>();
  const hasLeg = (callSessionId: string): boolean => legs.has(callSessionId);
  return {
    ask: null,
    has: hasLeg,
    begun: hasLeg,
    taken: () => legs.size + turns.size,
    legs: () => legs.size,
    takeTurn(callSessionId) {
      if (!hasLeg(callSessionId)) turns.add(callSessionId);
    },
    giveBack: (callSessionId) => (turns.delete(callSessionId) ? NOTHING_TO_HAND_ON : null),
    legStands(callSessionId) {
      legs.add(callSessionId);
      turns.delete(callSessionId);
    },
    legOver(callSessionId) {
      legs.delete(callSessionId);
      return null;
    },
    problem: () => null,
    close() {},
  };
}
