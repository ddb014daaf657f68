import type { Clock } from '../../base/clock.ts';
import type { Priority } from '../../domain/call/bodies.ts';
import { type CallState, hasEnded, holdsLeg } from '../../domain/call/call.ts';
import type { Recorded } from '../../domain/call/recorded.ts';
import { callDisposition } from '../../domain/call/summary.ts';
import { DIAL_POLICY, type DialPolicy } from '../../domain/dial-policy.ts';
import type { DialStatus } from '../api.ts';
import type { DialPermit, DialPermits } from '../ports.ts';
import { createAdaptiveLimit } from './adaptive-limit.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { createDialLine } from './line.ts';
import { createDialPlaces, type DialPlaces } from './shared-places.ts';

export type DialQueue = {
  /** Begins to dial. Until then nobody has a turn: after a start the calls that hold legs must be known first. */
  start(): void;
  /**
   * Takes a turn for a new call at once, if there is one and nobody waits for it. To be followed by `observe` or
   * `giveBack`. Never when other instances must be asked first: then the call waits like any other.
   */
  tryTurn(callSessionId: string): boolean;
  /** Calls `dial` once, when it is this call's turn. */
  enqueue(callSessionId: string, dial: () => Promise<void>, priority?: Priority): void;
  /** Gives up a turn that was taken and is not used. */
  giveBack(callSessionId: string): void;
  /** Gives up the wait for a turn; a turn that was taken is given back by whoever took it. */
  leave(callSessionId: string): void;
  /** Learns from what was recorded. */
  observe(state: CallState, recorded: readonly Recorded[]): void;
  status(): DialStatus;
  close(): void;
};

/** What dialling shares with other instances, and where it learns what those have done. */
export type DialSharing = {
  readonly permits: DialPermits;
  readonly load: (callSessionId: string) => Promise<CallState | null>;
};

export type DialQueueParts = { readonly breaker?: Breaker; readonly sharing?: DialSharing };

/**
 * Paces dialling. Nothing in it has to survive: who waits stands in the log as an open call with a deadline, and comes
 * back here when the process starts again.
 *
 * Alone, every leg that this instance knows of counts against the limit. Where instances share permits only the legs count
 * that have one from here: the others' are counted by theirs. A call that was taken over from a dead instance has none
 * here. The dead one's place comes back by itself, perhaps while that leg still stands: then there is one leg more than
 * allowed for the rest of one call, and the provider says 429 to one dial. Before it is dialled once more it gets a place
 * like any other. The adaptive limit and the breaker are each instance's own: they judge by what it has seen itself.
 */
export function createDialQueue(
  clock: Clock,
  policy: DialPolicy = DIAL_POLICY,
  { breaker = createBreaker(), sharing }: DialQueueParts = {},
): DialQueue {
  const limit = createAdaptiveLimit(policy.concurrentCalls);
  const line = createDialLine();
  const active = new Set<string>();
  /** Who is being dialled, with the place got for it. */
  const turns = new Map<string, DialPermit | null>();
  const places = sharing ? createDialPlaces({ ...sharing, clock, onLoaded: (state) => observe(state, []) }) : null;
  const spacingMs = 1_000 / policy.callsPerSecond;
  let nextDialMs = 0;
  let refusedUntilMs = 0;
  let callOff: (() => void) | null = null;
  let dialling = false;
  let closed = false;
  let asking = false;

  const hasPlace = (callSessionId: string): boolean => places?.holds(callSessionId) ?? active.has(callSessionId);
  const taken = (): number => places?.taken() ?? active.size + turns.size;

  const mayDial = (callSessionId: string): boolean => {
    const nowMs = clock.now();
    if (!dialling || nowMs < nextDialMs || nowMs < refusedUntilMs || nowMs < limit.pausedUntilMs()) return false;
    // Whoever may already be holding a leg adds none by being dialled again under the same id. Where it needs a place, as
    // its own was lost, that is the others' to grant: counted here the lost one would stand in its way for ever.
    if (hasPlace(callSessionId) || active.has(callSessionId)) return true;
    return taken() < limit.current() && breaker.allows(nowMs);
  };

  const take = (callSessionId: string, permit: DialPermit | null): void => {
    nextDialMs = Math.max(clock.now(), nextDialMs + spacingMs);
    if (permit) places?.hold(callSessionId, permit);
    const begun = active.has(callSessionId);
    if (!begun || places) turns.set(callSessionId, permit);
    if (!begun) breaker.dialled(callSessionId);
  };

  const giveBack = (callSessionId: string): void => {
    const permit = turns.get(callSessionId);
    if (!turns.delete(callSessionId)) return;
    const begun = active.has(callSessionId);
    if (!begun) breaker.passed(callSessionId);
    // Nobody was dialled, as when another instance was quicker: the turn and its place are for the next.
    if (places) nextDialMs -= spacingMs;
    const free = permit || !begun ? places?.letGo(callSessionId) : null;
    if (free) handOver(free);
    serve();
  };

  const dialNow = (callSessionId: string, permit: DialPermit | null): void => {
    const dial = line.take(callSessionId);
    take(callSessionId, permit);
    dial().finally(() => giveBack(callSessionId));
  };

  const release = (permit: DialPermit): void => {
    const askAgain = (): void => {
      refusedUntilMs = 0;
      serve();
    };
    permit.release().then(askAgain, askAgain);
  };

  const handOver = (permit: DialPermit): void => {
    const next = line.next();
    if (next !== null && !hasPlace(next) && mayDial(next)) dialNow(next, permit);
    else release(permit);
  };

  /** A place is asked for whoever is next when the answer has come, not for one call: that may have left by then. */
  const askFor = async (from: DialPlaces, callSessionId: string): Promise<void> => {
    asking = true;
    const answer = await from.ask(callSessionId);
    asking = false;
    if (answer === null) {
      if (line.next() === callSessionId && mayDial(callSessionId)) dialNow(callSessionId, null);
    } else if ('retryAfterMs' in answer) refusedUntilMs = clock.now() + answer.retryAfterMs;
    else handOver(answer);
    serve();
  };

  const serveNext = (): boolean => {
    const next = line.next();
    if (next === null || !mayDial(next)) return false;
    if (!places) dialNow(next, null);
    else if (!asking) void askFor(places, next);
    return !places;
  };

  const serve = (): void => {
    callOff?.();
    callOff = null;
    while (serveNext());
    if (!dialling || line.size() === 0) return;
    const nowMs = clock.now();
    const dueMs = Math.max(nextDialMs, refusedUntilMs, limit.pausedUntilMs(), breaker.pause()?.untilMs ?? 0);
    // Without a time to wait for, the next call that ends makes room.
    if (dueMs > nowMs) callOff = clock.after(dueMs - nowMs, serve);
  };

  const learn = (recorded: Recorded): void => {
    if (recorded.kind !== 'outcome') return;
    if (recorded.type === 'Rejected' && recorded.body.status === 429) {
      limit.throttled(places?.taken() ?? active.size, clock.now(), recorded.body.retryAfterMs ?? 0);
    }
    if (recorded.type === 'Accepted' && recorded.body.callConnectionId) limit.accepted();
  };

  const observe = (state: CallState, recorded: readonly Recorded[]): void => {
    for (const entry of recorded) learn(entry);
    const { callSessionId } = state;
    if (holdsLeg(state)) {
      active.add(callSessionId);
      places?.seen(callSessionId);
      // With others about, the leg may be one of theirs, and the turn that was taken here still unused.
      if (!places || recorded.some(({ type }) => type === 'PlaceCall')) turns.delete(callSessionId);
      return;
    }
    if (!active.delete(callSessionId)) return;
    if (hasEnded(state)) breaker.count(callSessionId, verdictOf(state), clock.now());
    else breaker.passed(callSessionId);
    const permit = turns.has(callSessionId) ? null : places?.letGo(callSessionId);
    if (permit) release(permit);
    serve();
  };

  return {
    start() {
      // Whoever waited for the calls to be known may come to it late.
      if (closed) return;
      dialling = true;
      serve();
    },
    tryTurn(callSessionId) {
      if (places || line.size() > 0 || !mayDial(callSessionId)) return false;
      take(callSessionId, null);
      return true;
    },
    enqueue(callSessionId, dial, priority = 'normal') {
      line.join(callSessionId, active.has(callSessionId) ? 'redial' : priority, dial);
      serve();
    },
    giveBack,
    leave: line.leave,
    observe,
    status() {
      const refused = line.size() > 0 ? places?.problem() : null;
      const slowed = clock.now() < limit.pausedUntilMs() ? 'the provider asked to wait' : null;
      const paused = breaker.pause()?.reason ?? refused ?? slowed;
      return { waiting: line.size(), active: places?.taken() ?? active.size, limit: limit.current(), paused };
    },
    close() {
      closed = true;
      dialling = false;
      callOff?.();
      line.clear();
      places?.close();
    },
  };
}

/** A call that nobody could be told the end of speaks against the provider as much as one that it refused. */
function verdictOf(state: CallState): 'served' | 'failed' {
  const disposition = callDisposition(state);
  return disposition === 'provider-failure' || disposition === 'unknown' ? 'failed' : 'served';
}
