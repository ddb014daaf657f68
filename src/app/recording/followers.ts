import type { CallState } from '../../domain/call/call.ts';
import type { Recorded } from '../../domain/call/recorded.ts';

/** Acts on what was recorded. It must not throw: what it throws sets the call aside. */
export type Follower = {
  /**
   * After each commit, in the order of the stream.
   * @param entries those of this commit; none when the call was read again because nobody could tell what was committed
   */
  recorded(state: CallState, entries: readonly Recorded[]): void;
  /**
   * A call that somebody else has recorded, to be looked after here too.
   * @param graceMs how much later than the instance that may be looking after it
   */
  takenUp?(state: CallState, graceMs: number): void;
  /** Another instance goes on with a call: nothing more is done for it here, until it is taken up again. */
  letGo?(callSessionId: string): void;
  /** A call that cannot be handled any more: nothing further is heard of it here. */
  setAside?(callSessionId: string): void;
};

export type Following = Required<Follower> & {
  /** @throws TypeError the second time: who follows, and in which order, is said in one place */
  follow(followers: readonly Follower[]): void;
};

/** Tells every follower, in the order in which they were given. */
export function createFollowing(): Following {
  let all: readonly Follower[] | null = null;
  return {
    follow(followers) {
      if (all) throw new TypeError('somebody follows already');
      all = followers;
    },
    recorded(state, entries) {
      for (const follower of all ?? []) follower.recorded(state, entries);
    },
    takenUp(state, graceMs) {
      for (const follower of all ?? []) follower.takenUp?.(state, graceMs);
    },
    letGo(callSessionId) {
      for (const follower of all ?? []) follower.letGo?.(callSessionId);
    },
    setAside(callSessionId) {
      for (const follower of all ?? []) follower.setAside?.(callSessionId);
    },
  };
}
