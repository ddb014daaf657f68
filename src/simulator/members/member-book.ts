import type { Behaviour } from './members.ts';

/** Who is at the other end of which number. */
export type MemberBook = {
  set(number: string, behaviour: Behaviour): void;
  behaviourOf(number: string): Behaviour;
  all(): ReadonlyMap<string, Behaviour>;
  /** Back to the members it was created with. */
  reset(): void;
};

/**
 * @param initial members known from the start
 * @param fallback everybody else
 */
export function createMemberBook(initial: ReadonlyMap<string, Behaviour>, fallback: Behaviour): MemberBook {
  let members = new Map(initial);
  return {
    set: (number, behaviour) => void members.set(number, behaviour),
    behaviourOf: (number) => members.get(number) ?? fallback,
    all: () => members,
    reset() {
      members = new Map(initial);
    },
  };
}
