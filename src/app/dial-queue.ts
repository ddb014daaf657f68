import { type CallState, hasEnded, holdsLeg } from '../domain/call.ts';
import type { Recorded } from '../domain/recorded.ts';
import { callDisposition } from '../domain/summary.ts';
import { createAdaptiveLimit } from './adaptive-limit.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { Clock } from './ports.ts';

export type DialPolicy = {
  /** Calls held at once for the caller number; ACS allows 2 unless its support has raised it. */
  readonly concurrentCalls: number;
  readonly callsPerSecond: number;
};

export const DIAL_POLICY: DialPolicy = { concurrentCalls: 2, callsPerSecond: 10 };

export type DialStatus = {
  readonly waiting: number;
  readonly active: number;
  readonly limit: number;
  /** Why nothing is dialled at the moment, null when it is. */
  readonly paused: string | null;
};

export type DialQueue = {
  /** Begins to dial. Until then nobody has a turn: after a start the calls that hold legs must be known first. */
  start(): void;
  /** Takes a turn for a new call at once, if there is one and nobody waits for it. To be followed by `observe` or `giveBack`. */
  tryTurn(callSessionId: string): boolean;
  /** Calls `dial` once, when it is this call's turn. */
  enqueue(callSessionId: string, dial: () => Promise<void>): void;
  /** Gives up a turn that was taken and is not used. */
  giveBack(callSessionId: string): void;
  /** Gives up the wait for a turn; a turn that was taken is given back by whoever took it. */
  leave(callSessionId: string): void;
  /** Learns from what was recorded. */
  observe(state: CallState, recorded: readonly Recorded[]): void;
  status(): DialStatus;
  close(): void;
};

/**
 * Paces dialling. Nothing in it has to survive: who waits stands in the log as an open call with a deadline, and comes
 * back here when the process starts again.
 */
export function createDialQueue(
  clock: Clock,
  policy: DialPolicy = DIAL_POLICY,
  breaker: Breaker = createBreaker(),
): DialQueue {
  const limit = createAdaptiveLimit(policy.concurrentCalls);
  const waiting = new Map<string, () => Promise<void>>();
  const redials = new Map<string, () => Promise<void>>();
  const active = new Set<string>();
  const turns = new Set<string>();
  const spacingMs = 1_000 / policy.callsPerSecond;
  let nextDialMs = 0;
  let callOff: (() => void) | null = null;
  let dialling = false;

  const mayDial = (callSessionId: string): boolean => {
    const nowMs = clock.now();
    if (!dialling || nowMs < nextDialMs || nowMs < limit.pausedUntilMs()) return false;
    // Whoever may already be holding a leg has its place; dialling again under the same id adds none.
    if (active.has(callSessionId)) return true;
    return active.size + turns.size < limit.current() && breaker.allows(nowMs);
  };

  const take = (callSessionId: string): void => {
    nextDialMs = Math.max(clock.now(), nextDialMs + spacingMs);
    if (active.has(callSessionId)) return;
    turns.add(callSessionId);
    breaker.dialled(callSessionId);
  };

  const giveBack = (callSessionId: string): void => {
    if (!turns.delete(callSessionId)) return;
    breaker.passed(callSessionId);
    serve();
  };

  const serveOne = (queue: Map<string, () => Promise<void>>): boolean => {
    for (const [callSessionId, dial] of queue) {
      if (!mayDial(callSessionId)) return false;
      queue.delete(callSessionId);
      take(callSessionId);
      dial().finally(() => giveBack(callSessionId));
      return true;
    }
    return false;
  };

  const serve = (): void => {
    callOff?.();
    callOff = null;
    while (serveOne(redials) || serveOne(waiting));
    if (!dialling || waiting.size + redials.size === 0) return;
    const nowMs = clock.now();
    const dueMs = Math.max(nextDialMs, limit.pausedUntilMs(), breaker.pause()?.untilMs ?? 0);
    // Without a time to wait for, the next call that ends makes room.
    if (dueMs > nowMs) callOff = clock.after(dueMs - nowMs, serve);
  };

  const learn = (recorded: Recorded): void => {
    if (recorded.kind !== 'outcome') return;
    if (recorded.type === 'Rejected' && recorded.body.status === 429) {
      limit.throttled(active.size, clock.now(), recorded.body.retryAfterMs ?? 0);
    }
    if (recorded.type === 'Accepted' && recorded.body.callConnectionId) limit.accepted();
  };

  return {
    start() {
      dialling = true;
      serve();
    },
    tryTurn(callSessionId) {
      if (waiting.size > 0 || !mayDial(callSessionId)) return false;
      take(callSessionId);
      return true;
    },
    enqueue(callSessionId, dial) {
      (active.has(callSessionId) ? redials : waiting).set(callSessionId, dial);
      serve();
    },
    giveBack,
    leave(callSessionId) {
      waiting.delete(callSessionId);
      redials.delete(callSessionId);
    },
    observe(state, recorded) {
      for (const entry of recorded) learn(entry);
      const { callSessionId } = state;
      if (holdsLeg(state)) {
        active.add(callSessionId);
        turns.delete(callSessionId);
        return;
      }
      if (!active.delete(callSessionId)) return;
      if (hasEnded(state)) breaker.count(callSessionId, verdictOf(state), clock.now());
      else breaker.passed(callSessionId);
      serve();
    },
    status() {
      const paused =
        breaker.pause()?.reason ?? (clock.now() < limit.pausedUntilMs() ? 'the provider asked to wait' : null);
      return { waiting: waiting.size + redials.size, active: active.size, limit: limit.current(), paused };
    },
    close() {
      dialling = false;
      callOff?.();
      waiting.clear();
      redials.clear();
    },
  };
}

/** A call that nobody could be told the end of speaks against the provider as much as one that it refused. */
function verdictOf(state: CallState): 'served' | 'failed' {
  const disposition = callDisposition(state);
  return disposition === 'provider-failure' || disposition === 'unknown' ? 'failed' : 'served';
}
