import type { Clock } from '../../base/clock.ts';
import type { CallState } from '../../domain/call/call.ts';
import { overdueMs } from '../../domain/call/stuck.ts';
import type { Timing } from '../../domain/call/timing.ts';
import type { Follower } from '../recording/followers.ts';

/** Follows calls, and knows which of the open ones should have moved on long ago. */
export type OverdueCalls = Required<Follower> & {
  /** As far as this instance has heard: another one may have moved them on meanwhile. */
  list(): readonly string[];
  /** The same for a call as it was read just now: since when, ISO 8601 UTC; null when it is not overdue. */
  since(state: CallState): string | null;
};

/**
 * Measured by the monotonic clock, like the alarms that such a call has missed: a clock that is set forward makes no call overdue
 * that somebody is talking in.
 */
export function createOverdueCalls(
  clock: Pick<Clock, 'now' | 'monotonicMs'>,
  timing: Pick<Timing, 'queueMs'>,
): OverdueCalls {
  const known = new Map<string, { version: number; atMs: number }>();

  const note = (state: CallState): void => {
    const { callSessionId, version, updatedAt } = state;
    const dueMs = overdueMs(state, timing);
    if (dueMs === null) {
      known.delete(callSessionId);
      return;
    }
    const call = known.get(callSessionId);
    if (call?.version === version) return;
    // A clock that shows less than the newest entry was set back.
    const atMs = clock.monotonicMs() + dueMs - Math.max(clock.now(), Date.parse(updatedAt));
    // Written to, not made anew: what is kept for longer than a moment costs the garbage collector more than all of this.
    if (!call) {
      known.set(callSessionId, { version, atMs });
      return;
    }
    call.version = version;
    call.atMs = atMs;
  };

  const isOverdue = (callSessionId: string): boolean =>
    (known.get(callSessionId)?.atMs ?? Number.POSITIVE_INFINITY) <= clock.monotonicMs();

  return {
    recorded: note,
    takenUp: note,
    letGo: (callSessionId) => void known.delete(callSessionId),
    setAside: (callSessionId) => void known.delete(callSessionId),
    list: () => [...known.keys()].filter(isOverdue),
    since(state) {
      note(state);
      const dueMs = overdueMs(state, timing);
      return dueMs !== null && isOverdue(state.callSessionId) ? new Date(dueMs).toISOString() : null;
    },
  };
}
