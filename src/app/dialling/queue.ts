import type { Clock } from '../../base/clock.ts';
import type { Priority } from '../../domain/call/bodies.ts';
import type { CallState } from '../../domain/call/call.ts';
import { DIAL_POLICY, type DialPolicy, type DialStatus } from '../../domain/dial-policy.ts';
import type { DialPermits } from '../ports.ts';
import type { Follower } from '../recording/followers.ts';
import { createAdaptiveLimit } from './adaptive-limit.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { forget, learn } from './learning.ts';
import { createDialLine } from './line.ts';
import { createOwnPlaces } from './own-places.ts';
import { createPace } from './pace.ts';
import { createSharedPlaces } from './shared-places.ts';
import { type Dialling, giveBack, mayDial, serve, take } from './turns.ts';

/** Follows calls, and dials those that wait when their turn comes. */
export type DialQueue = Required<Follower> & {
  /** Begins to dial. Until then nobody has a turn: after a start the calls that hold legs must be known first. */
  start(): void;
  /**
   * Takes a turn for a new call at once, if there is one and nobody waits for it. To be followed by `recorded` or
   * `giveBack`. Never when other instances must be asked first: then the call waits like any other.
   */
  tryTurn(callSessionId: string): boolean;
  /** Calls `dial` once, when it is this call's turn. */
  enqueue(callSessionId: string, dial: () => Promise<void>, priority?: Priority): void;
  /** Gives up a turn that was taken and is not used. */
  giveBack(callSessionId: string): void;
  /** Gives up the wait for a turn; a turn that was taken is given back by whoever took it. */
  leave(callSessionId: string): void;
  /** Looks whether somebody may be dialled now: what has held calls back may be over. */
  lookAgain(): void;
  status(): DialStatus;
  close(): void;
};

/** What dialling shares with other instances, and where it learns what those have done. */
export type DialSharing = {
  readonly permits: DialPermits;
  readonly load: (callSessionId: string) => Promise<CallState | null>;
};

export type DialQueueParts = {
  readonly breaker?: Breaker;
  readonly sharing?: DialSharing;
  /** Why no call is to be begun for the time being, in words; null when calls are. A call that was begun goes on. */
  readonly held?: () => string | null;
};

/**
 * Paces dialling. Nothing in it has to survive: who waits stands in the log as an open call with a deadline, and comes
 * back here when the process starts again.
 *
 * What counts against the limit is the business of the places: an instance's own, or those that it shares with others. The
 * adaptive limit and the breaker are each instance's own: they judge by what it has seen itself.
 */
export function createDialQueue(clock: Clock, policy: DialPolicy = DIAL_POLICY, parts: DialQueueParts = {}): DialQueue {
  const dialling = assemble(clock, policy, parts);
  const { line, places } = dialling;
  let closed = false;
  return {
    start() {
      // Whoever waited for the calls to be known may come to it late.
      if (closed) return;
      dialling.open = true;
      serve(dialling);
    },
    tryTurn(callSessionId) {
      if (places.ask || line.size() > 0 || !mayDial(dialling, callSessionId)) return false;
      take(dialling, callSessionId, null);
      return true;
    },
    enqueue(callSessionId, dial, priority = 'normal') {
      line.join(callSessionId, places.begun(callSessionId) ? 'redial' : priority, dial);
      serve(dialling);
    },
    giveBack: (callSessionId) => giveBack(dialling, callSessionId),
    leave: line.leave,
    lookAgain: () => serve(dialling),
    recorded: (state, entries) => learn(dialling, state, entries),
    takenUp: (state) => learn(dialling, state, []),
    setAside: (callSessionId) => forget(dialling, callSessionId),
    status: () => statusOf(dialling),
    close() {
      closed = true;
      dialling.open = false;
      dialling.callOff?.();
      line.clear();
      places.close();
    },
  };
}

function assemble(
  clock: Clock,
  policy: DialPolicy,
  { breaker = createBreaker(), sharing, held = () => null }: DialQueueParts,
): Dialling {
  const limit = createAdaptiveLimit(policy.concurrentCalls);
  const onLoaded = (state: CallState): void => learn(dialling, state, []);
  const places = sharing ? createSharedPlaces({ ...sharing, clock, onLoaded }) : createOwnPlaces();
  const dialling: Dialling = {
    policy,
    clock,
    line: createDialLine(places.has),
    places,
    pace: createPace(policy.callsPerSecond, limit, breaker),
    limit,
    breaker,
    open: false,
    held,
    asking: false,
    callOff: null,
  };
  return dialling;
}

function statusOf({ policy, clock, line, places, limit, breaker, held }: Dialling): DialStatus {
  const nowMs = clock.monotonicMs();
  const waiting = line.size();
  const refused = waiting > 0 ? places.problem() : null;
  const slowed = nowMs < limit.pausedUntilMs() ? 'the provider asked to wait' : null;
  const open = breaker.pause();
  const paused = held() ?? open?.reason ?? refused ?? slowed;
  const untilMs = Math.max(open?.untilMs ?? 0, limit.pausedUntilMs());
  return {
    waiting,
    most: policy.concurrentCalls,
    callsPerSecond: policy.callsPerSecond,
    throttled: limit.refusals(),
    active: places.legs(),
    limit: limit.current(),
    paused,
    resumesInMs: paused !== null && untilMs > nowMs ? untilMs - nowMs : null,
  };
}
