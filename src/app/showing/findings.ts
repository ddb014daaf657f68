import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Clock } from '../../base/clock.ts';
import { type CallState, hasEnded } from '../../domain/call/call.ts';
import { callDisposition } from '../../domain/call/summary.ts';
import type { CallFindings } from '../api.ts';
import type { Follower } from '../recording/followers.ts';

/** Follows calls, and remembers what operators should know of them. */
export type Findings = Omit<Required<Follower>, 'letGo' | 'setAside'> & { status(): CallFindings };

const FOREIGN_MAX = 1_000;
/** Of each line the newest calls count: a mark that a number had last month says nothing of today. */
const CALLS_PER_CALLER = 100;
const CALLERS_MAX = 100;
/** Enough to tell two lines apart, and nobody's number. */
const CALLER_DIGITS = 4;
/**
 * The sweep takes a call of a later release up every 15 s for as long as its row is open. One that it does not name any more has
 * ended there, and nobody tells us of it.
 */
const FOREIGN_UNHEARD_MS = 120_000;
/** Whoever has not looked by then is not helped by being told any longer. */
const CONTRADICTION_HOURS = 24;
const HOUR_MS = 3_600_000;

export function createFindings({ monotonicMs }: Pick<Clock, 'monotonicMs'>): Findings {
  /** When each was heard of last. */
  const foreign = createBoundedMap<number>(FOREIGN_MAX);
  const callers = createBoundedMap<readonly boolean[]>(CALLERS_MAX);
  /** Entries that follow the end come within seconds. */
  const counted = createBoundedMap<true>(1_000);
  /** How many came in which hour. */
  const contradictions = createBoundedMap<number>(CONTRADICTION_HOURS);
  const hour = (): number => Math.floor(monotonicMs() / HOUR_MS);

  const look = (state: CallState): void => {
    if (state.foreign && !hasEnded(state)) foreign.set(state.callSessionId, monotonicMs());
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
        if (type === 'CountEvent' || (kind === 'callback' && cause !== null)) {
          contradictions.set(`${hour()}`, (contradictions.get(`${hour()}`) ?? 0) + 1);
        }
      }
    },
    takenUp: look,
    status: () => ({
      foreign: foreign
        .entries()
        .filter(([, heardMs]) => monotonicMs() - heardMs < FOREIGN_UNHEARD_MS)
        .map(([callSessionId]) => callSessionId),
      contradictions: contradictions
        .entries()
        .filter(([at]) => hour() - Number(at) < CONTRADICTION_HOURS)
        .reduce((sum, [, count]) => sum + count, 0),
      callers: callers.entries().map(([caller, ends]) => ({
        caller,
        calls: ends.length,
        refused: ends.filter((isRefused) => isRefused).length,
      })),
    }),
  };
}
