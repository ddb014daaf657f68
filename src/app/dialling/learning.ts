import { type CallState, hasEnded, holdsLeg } from '../../domain/call/call.ts';
import type { Recorded } from '../../domain/call/recorded.ts';
import { callDisposition } from '../../domain/call/summary.ts';
import type { CallVerdict } from './breaker.ts';
import { type Dialling, release, serve } from './turns.ts';

/** Learns from what was recorded of a call: what the provider takes, whether a leg stands, whether there is room. */
export function learn(dialling: Dialling, state: CallState, recorded: readonly Recorded[]): void {
  for (const entry of recorded) learnLimit(dialling, entry);
  const { places } = dialling;
  const { callSessionId } = state;
  const dialledHere = recorded.some(({ type }) => type === 'PlaceCall');
  if (holdsLeg(state)) places.legStands(callSessionId, dialledHere);
  else if (places.begun(callSessionId)) endLeg(dialling, state);
}

/**
 * Forgets a call that is set aside. Its leg may stand, but nobody will hear of its end: a place that is kept for it is lost until
 * the process ends, and a few of those stop all dialling. If the leg is one too many for the provider, that says so.
 */
export function forget(dialling: Dialling, callSessionId: string): void {
  const { line, places, breaker } = dialling;
  line.leave(callSessionId);
  if (!places.begun(callSessionId)) return;
  breaker.passed(callSessionId);
  giveUpPlace(dialling, callSessionId);
}

function endLeg(dialling: Dialling, state: CallState): void {
  const { clock, breaker } = dialling;
  const { callSessionId } = state;
  if (hasEnded(state)) breaker.count(callSessionId, verdictOf(state), clock.monotonicMs());
  else breaker.passed(callSessionId);
  giveUpPlace(dialling, callSessionId);
}

function giveUpPlace(dialling: Dialling, callSessionId: string): void {
  const place = dialling.places.legOver(callSessionId);
  if (place) release(dialling, place);
  serve(dialling);
}

function learnLimit({ clock, limit, places, breaker }: Dialling, recorded: Recorded): void {
  if (recorded.kind !== 'outcome') return;
  if (recorded.type === 'Rejected' && recorded.refusal.means === 'throttled') {
    limit.throttled(places.legs(), clock.monotonicMs(), recorded.body.retryAfterMs ?? 0);
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
