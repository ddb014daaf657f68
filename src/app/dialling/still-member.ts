import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import type { CallState } from '../../domain/call/call.ts';
import type { Members } from '../../domain/member/members.ts';
import type { Journal } from '../ports.ts';

/** What is to become of a call whose turn has come: `wait`, while it cannot be told whether its member was removed. */
export type StillMember = (state: CallState) => Promise<'dial' | 'removed' | 'wait'>;

/**
 * The plan's own table may be emptied and filled again, in parts that others see. Who is missing there for so long is taken for
 * removed; from a table of ours nobody goes missing but by being removed.
 */
const MISSING_MS = 60_000;
const MISSING_MAX = 10_000;

type Deps = {
  readonly members: Pick<Members, 'find' | 'readOnly'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly journal: Journal;
};

/** Nobody is called who was removed while the call waited for its turn. */
export function createStillMember({ members, clock, journal }: Deps): StillMember {
  const missingSinceMs = createBoundedMap<number>(MISSING_MAX);
  return async ({ callSessionId, initiate }) => {
    try {
      if ((await members.find(initiate.memberId)) !== null) {
        missingSinceMs.delete(callSessionId);
        return 'dial';
      }
    } catch (error) {
      journal.warn({ call: callSessionId, code: errorCode(error) }, 'it waits: the members cannot be read');
      return 'wait';
    }
    const nowMs = clock.monotonicMs();
    const sinceMs = missingSinceMs.get(callSessionId) ?? nowMs;
    if (!members.readOnly || nowMs - sinceMs >= MISSING_MS) return 'removed';
    missingSinceMs.set(callSessionId, sinceMs);
    return 'wait';
  };
}
