import type { Clock } from '../../base/clock.ts';
import type { DialPolicy } from '../../domain/dial-policy.ts';
import type { DialPermit } from '../ports.ts';
import type { AdaptiveLimit } from './adaptive-limit.ts';
import type { Breaker } from './breaker.ts';
import type { DialLine } from './line.ts';
import type { Pace } from './pace.ts';
import type { Places } from './places.ts';

/** The parts of a dial queue, and how far it is. */
export type Dialling = {
  readonly policy: DialPolicy;
  readonly clock: Clock;
  readonly line: DialLine;
  readonly places: Places;
  readonly pace: Pace;
  readonly limit: AdaptiveLimit;
  readonly breaker: Breaker;
  /** Until the start, and from the end on, nobody has a turn. */
  open: boolean;
  /** Why no call is begun for the time being, in words; null when calls are. */
  readonly held: () => string | null;
  /** Others are being asked for a place: one question at a time. */
  asking: boolean;
  callOff: (() => void) | null;
};

/** Whether this call, if it is next, may be dialled now. */
export function mayDial(dialling: Dialling, callSessionId: string): boolean {
  const { places, pace, limit, breaker } = dialling;
  const nowMs = dialling.clock.monotonicMs();
  if (!dialling.open || !pace.allows(nowMs)) return false;
  // Whoever may already be holding a leg adds none by being dialled again under the same id. Where it needs a place, as
  // its own was lost, that is the others' to grant: counted here the lost one would stand in its way for ever.
  if (places.has(callSessionId) || places.begun(callSessionId)) return true;
  return dialling.held() === null && places.taken() < limit.current() && breaker.allows(nowMs);
}

/** Takes a turn for this call, in the place that was got for it, if any. */
export function take(
  { clock, places, pace, breaker }: Dialling,
  callSessionId: string,
  place: DialPermit | null,
): void {
  pace.took(clock.monotonicMs());
  places.takeTurn(callSessionId, place);
  if (!places.begun(callSessionId)) breaker.dialled(callSessionId);
}

/** Ends the turn of this call. If nobody was dialled, as when another instance was quicker, the next has what is free. */
export function giveBack(dialling: Dialling, callSessionId: string): void {
  const { places, pace, breaker } = dialling;
  const unused = places.giveBack(callSessionId);
  if (!unused) return;
  if (!places.begun(callSessionId)) breaker.passed(callSessionId);
  if (unused.moment) pace.gaveBack();
  if (unused.place) handOver(dialling, unused.place);
  serve(dialling);
}

/** Dials whoever may be dialled, and comes back when the next may. */
export function serve(dialling: Dialling): void {
  const { clock, line, pace } = dialling;
  dialling.callOff?.();
  dialling.callOff = null;
  while (serveNext(dialling));
  if (!dialling.open || line.size() === 0) return;
  const waitMs = pace.dueMs() - clock.monotonicMs();
  // Without a time to wait for, the next call that ends makes room.
  if (waitMs > 0) dialling.callOff = clock.after(waitMs, () => serve(dialling));
}

/** Gives a place back to all, and asks anew when that is done. */
export function release(dialling: Dialling, place: DialPermit): void {
  const askAgain = (): void => {
    dialling.pace.askAgain();
    serve(dialling);
  };
  place.release().then(askAgain, askAgain);
}

/** @returns whether there may be another to dial in the same moment */
function serveNext(dialling: Dialling): boolean {
  const next = dialling.line.next();
  if (next === null || !mayDial(dialling, next)) return false;
  const { ask } = dialling.places;
  if (!ask) dialNow(dialling, next, null);
  else if (!dialling.asking) void askFor(dialling, next, ask);
  return !ask;
}

/** A place is asked for whoever is next when the answer has come, not for one call: that may have left by then. */
async function askFor(dialling: Dialling, callSessionId: string, ask: NonNullable<Places['ask']>): Promise<void> {
  const { clock, line, pace } = dialling;
  dialling.asking = true;
  const answer = await ask(callSessionId);
  dialling.asking = false;
  if (answer === 'granted') {
    if (line.next() === callSessionId && mayDial(dialling, callSessionId)) dialNow(dialling, callSessionId, null);
  } else if ('retryAfterMs' in answer) pace.refusedUntil(clock.monotonicMs() + answer.retryAfterMs);
  else handOver(dialling, answer);
  serve(dialling);
}

function handOver(dialling: Dialling, place: DialPermit): void {
  const next = dialling.line.next();
  const isWanted = next !== null && !dialling.places.has(next) && mayDial(dialling, next);
  if (isWanted) dialNow(dialling, next, place);
  else release(dialling, place);
}

function dialNow(dialling: Dialling, callSessionId: string, place: DialPermit | null): void {
  const dial = dialling.line.take(callSessionId);
  take(dialling, callSessionId, place);
  dial().finally(() => giveBack(dialling, callSessionId));
}
