import { type CallState, hasEnded, holdsLeg } from '../../domain/call/call.ts';
import type { Recorded } from '../../domain/call/recorded.ts';
import { callDisposition } from '../../domain/call/summary.ts';
import { type Standing, standingOf } from '../../domain/places/standing.ts';
import type { CallVerdict } from './breaker.ts';
import type { Dialling } from './dialling.ts';

/** Of a call that is in no log. */
const NO_CALL: Standing = { waitsFor: null, dials: 0, overTo: Number.POSITIVE_INFINITY, isUntold: false };

/**
 * Learns from what was recorded of a call: what the provider takes, whether a leg stands, whether a place is free.
 * @param by `look`: nobody here looks after the call, so that its end may never be heard of
 * @returns whether the row has to be changed for it
 */
export function learn(
  dialling: Dialling,
  state: CallState,
  recorded: readonly Recorded[],
  by: 'record' | 'look' = 'record',
): boolean {
  for (const entry of recorded) learnLimit(dialling, entry);
  const { legs, breaker, clock } = dialling;
  const { callSessionId } = state;
  if (holdsLeg(state)) {
    if (by === 'record') legs.add(callSessionId);
  } else if (legs.delete(callSessionId)) {
    if (hasEnded(state)) breaker.count(callSessionId, verdictOf(state), clock.monotonicMs());
    else breaker.passed(callSessionId);
  } else if (hasEnded(state)) breaker.passed(callSessionId);
  const isFree = note(dialling, callSessionId, standingOf(state));
  return isFree || dialling.pauseUntilMs > (dialling.stored?.row.pausedUntilMs ?? 0);
}

/** The call is not in the log, or somebody has given it up. */
export function learnGone(dialling: Dialling, callSessionId: string): void {
  note(dialling, callSessionId, NO_CALL);
}

/**
 * A call that is set aside is not dialled. What it holds it keeps for as long as a call can last: its leg may stand, and nobody
 * hears of its end.
 */
export function learnParked(dialling: Dialling, callSessionId: string): void {
  const { known, waiting, legs, over, clock } = dialling;
  waiting.leave(callSessionId);
  legs.delete(callSessionId);
  dialling.breaker.passed(callSessionId);
  const standing = { ...(known.get(callSessionId)?.standing ?? UNTOLD), waitsFor: null };
  known.set(callSessionId, { standing, heardMs: clock.monotonicMs(), isParked: true });
  // In a process that is alone a few of those would stop all dialling, and nobody else would be told of them.
  if (!dialling.places.isShared)
    over.set(callSessionId, { attempt: Number.POSITIVE_INFINITY, sinceMs: clock.monotonicMs() });
}

const UNTOLD: Standing = { waitsFor: null, dials: 0, overTo: 0, isUntold: false };

function note(dialling: Dialling, callSessionId: string, standing: Standing): boolean {
  const { known, over, turns, waiting, clock } = dialling;
  const call = known.get(callSessionId);
  const before = call?.standing;
  // Written to where it can be: what is kept for longer than a moment costs the garbage collector.
  if (call && !call.isParked && isSame(call.standing, standing)) call.heardMs = clock.monotonicMs();
  else known.set(callSessionId, { standing, heardMs: clock.monotonicMs(), isParked: false });
  const turn = turns.get(callSessionId);
  if (turn && standing.dials >= turn.place.attempt) {
    turn.callOff();
    turns.delete(callSessionId);
  }
  const due = waiting.get(callSessionId);
  if (due && standing.waitsFor !== due.attempt) waiting.leave(callSessionId);
  if (standing.isUntold && !before?.isUntold) ringOut(dialling, callSessionId);
  if (standing.overTo <= (before?.overTo ?? 0)) return false;
  if (before || !dialling.stored || isHeld(dialling, callSessionId)) {
    over.set(callSessionId, { attempt: standing.overTo, sinceMs: clock.monotonicMs() });
    return true;
  }
  if (standing.overTo === Number.POSITIVE_INFINITY) known.delete(callSessionId);
  return false;
}

/**
 * A leg that was asked for before the call was closed may stand for that long, counted from the moment in which its closing is known
 * here to be stored: nothing tells since when it was.
 */
function ringOut(dialling: Dialling, callSessionId: string): void {
  const { clock, known, timing } = dialling;
  clock.after(timing.ringMs, () => {
    if (known.get(callSessionId)?.standing.isUntold && note(dialling, callSessionId, NO_CALL)) dialling.poke();
  });
}

function isSame(one: Standing, other: Standing): boolean {
  const { waitsFor, dials, overTo, isUntold } = one;
  return waitsFor === other.waitsFor && dials === other.dials && overTo === other.overTo && isUntold === other.isUntold;
}

export function isHeld({ stored }: Dialling, callSessionId: string): boolean {
  return stored?.row.held.some((place) => place.callSessionId === callSessionId) ?? false;
}

function learnLimit(dialling: Dialling, recorded: Recorded): void {
  const { clock, limit, breaker, places, stored, legs } = dialling;
  if (recorded.kind !== 'outcome') return;
  if (recorded.type === 'Rejected' && recorded.refusal.means === 'throttled') {
    const held = places.isShared ? (stored?.row.held.length ?? legs.size) : legs.size;
    limit.throttled(held, clock.monotonicMs(), recorded.body.retryAfterMs ?? 0);
    dialling.pauseUntilMs = places.now() + (limit.pausedUntilMs() - clock.monotonicMs());
  }
  if (recorded.type === 'Rejected' && recorded.refusal.means === 'barred') breaker.bar(clock.monotonicMs());
  if (recorded.type === 'Accepted' && recorded.body.callConnectionId) limit.accepted();
}

/**
 * A call that nobody could be told the end of speaks against the provider as much as one that it refused; but not one that was
 * answered and is gone: its member has hung up, and the word of it was lost.
 */
function verdictOf(state: CallState): CallVerdict {
  const disposition = callDisposition(state);
  if (disposition === 'network-refused') return 'refused';
  if (disposition === 'unknown') return state.connectedAt && state.ending?.by === 'gone' ? 'served' : 'failed';
  return disposition === 'provider-failure' ? 'failed' : 'served';
}
