import { createBoundedMap } from '../../base/bounded-map.ts';
import type { CallState } from '../../domain/call/call.ts';
import { LogError } from '../../log/port.ts';
import type { Follower } from '../recording/followers.ts';
import { CallParkedError } from '../recording/parked.ts';
import type { Recorder } from '../recording/recorder.ts';

/** Which calls a simulator placed. Rows do not know it, and the log is read for it once at most. */
export type SimulatedCalls = Follower & {
  /** Null: the call's log cannot be read at the moment. */
  of(callSessionId: string): Promise<boolean | null>;
};

const KEPT_MAX = 20_000;

export function createSimulatedCalls(recorder: Pick<Recorder, 'load'>): SimulatedCalls {
  const known = createBoundedMap<boolean>(KEPT_MAX);
  const keep = ({ callSessionId, initiate }: CallState): boolean => {
    const isSimulated = initiate.simulated ?? false;
    if (known.get(callSessionId) === undefined) known.set(callSessionId, isSimulated);
    return isSimulated;
  };
  return {
    recorded: (state) => void keep(state),
    takenUp: (state) => void keep(state),
    async of(callSessionId) {
      const isSimulated = known.get(callSessionId);
      if (isSimulated !== undefined) return isSimulated;
      try {
        const state = await recorder.load(callSessionId);
        return state && keep(state);
      } catch (error) {
        // A call that the rows can show is shown also when its log cannot be read.
        if (error instanceof LogError || error instanceof CallParkedError) return null;
        throw error;
      }
    },
  };
}
