import { createBoundedMap } from '../../base/bounded-map.ts';
import { type CallState, hasEnded } from '../../domain/call/call.ts';
import { callDisposition } from '../../domain/call/summary.ts';
import type { CallFindings } from '../api.ts';
import type { Follower } from '../recording/followers.ts';

/** Follows calls, and remembers what operators should know of them. */
export type Findings = Omit<Required<Follower>, 'setAside'> & { status(): CallFindings };

const FOREIGN_MAX = 1_000;
/** Of each caller's number the newest calls count: a mark that a number had last month says nothing of today. */
const CALLS_PER_CALLER = 100;
const CALLERS_MAX = 100;
/** Enough to tell two numbers apart, and nobody's number. */
const CALLER_DIGITS = 4;

export function createFindings(): Findings {
  const foreign = createBoundedMap<true>(FOREIGN_MAX);
  const callers = createBoundedMap<readonly boolean[]>(CALLERS_MAX);
  /** Entries that follow the end come within seconds. */
  const counted = createBoundedMap<true>(1_000);
  let contradictions = 0;

  const look = (state: CallState): void => {
    if (state.foreign) foreign.set(state.callSessionId, true);
    else foreign.delete(state.callSessionId);
  };

  const countEnd = (state: CallState): void => {
    const { callSessionId } = state;
    if (!hasEnded(state) || counted.get(callSessionId)) return;
    counted.set(callSessionId, true);
    const caller = state.initiate.callerId.slice(-CALLER_DIGITS);
    const ends = [...(callers.get(caller) ?? []), callDisposition(state) === 'network-refused'];
    callers.set(caller, ends.slice(-CALLS_PER_CALLER));
  };

  return {
    recorded(state, entries) {
      look(state);
      countEnd(state);
      for (const { kind, type, cause } of entries) {
        if (type === 'CountEvent' || (kind === 'callback' && cause !== null)) contradictions += 1;
      }
    },
    takenUp: look,
    status: () => ({
      foreign: foreign.entries().map(([callSessionId]) => callSessionId),
      contradictions,
      callers: callers.entries().map(([caller, ends]) => ({
        caller,
        calls: ends.length,
        refused: ends.filter((isRefused) => isRefused).length,
      })),
    }),
  };
}
