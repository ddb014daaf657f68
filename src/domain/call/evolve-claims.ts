import type { CheckCallBody } from './bodies.ts';
import type { CallState, Claim } from './call.ts';
import type { Callback } from './callback.ts';
import { end } from './ending.ts';
import type { RecordedCommand, RecordedOutcome } from './recorded.ts';
import type { Update } from './updated.ts';

/** More legs than a call can come to have. What further ones say is kept and moves nothing: who names them is not us. */
const CLAIMS_MAX = 4;

/** Keeps what was told of a leg that is not known to be the call's. */
export function onClaim(state: CallState, leg: string, at: string, callback: Callback): Update {
  const told = toldBy(callback, at);
  if (!told) return {};
  const known = state.claims.find(({ callConnectionId }) => callConnectionId === leg);
  if (!known && state.claims.length >= CLAIMS_MAX) return {};
  const claim: Claim = {
    callConnectionId: leg,
    serverCallId: known?.serverCallId ?? callback.serverCallId,
    correlationId: known?.correlationId ?? callback.correlationId,
    connectedAt: known?.connectedAt ?? told.connectedAt,
    ending: known?.ending ?? told.ending,
    stands: known?.stands ?? 'heard',
    commandId: known?.commandId ?? null,
    attempt: known?.attempt ?? 0,
  };
  return { claims: [...state.claims.filter((other) => other !== known), claim] };
}

function toldBy(callback: Callback, at: string): Pick<Claim, 'connectedAt' | 'ending'> | null {
  if (callback.name === 'connected') return { connectedAt: at, ending: null };
  if (callback.name === 'ended') return { connectedAt: null, ending: { ...callback.end, by: callback.by, at } };
  return null;
}

/** Whether a callback is of a leg that is not known to be the call's. */
export function claimedLeg({ callConnectionId }: CallState, callback: Callback): string | null {
  const leg = callback.callConnectionId;
  return callback.binds || leg === null || leg === callConnectionId ? null : leg;
}

/** The provider is asked whose leg it is. */
export function asked(state: CallState, commandId: string, { callConnectionId, attempt }: CheckCallBody): Update {
  const claim = state.claims.find((candidate) => candidate.callConnectionId === callConnectionId);
  return claim ? replace(state, claim, { ...claim, stands: 'asked', commandId, attempt }) : {};
}

/** The leg is the call's: what was told of it is true of the call, if that has no other leg. */
export function settle(state: CallState, leg: string): Update {
  const claim = state.claims.find(({ callConnectionId }) => callConnectionId === leg);
  const claims = claim ? state.claims.filter((other) => other !== claim) : state.claims;
  if (state.callConnectionId !== null && state.callConnectionId !== leg) return { claims };
  const bound = {
    callConnectionId: leg,
    serverCallId: state.serverCallId ?? claim?.serverCallId ?? null,
    correlationId: state.correlationId ?? claim?.correlationId ?? null,
    connectedAt: state.connectedAt ?? claim?.connectedAt ?? null,
    claims,
  };
  return claim?.ending ? { ...bound, ...end({ ...state, ...bound }, claim.ending) } : bound;
}

/**
 * A release from before there were claims takes the leg that a callback names for the call's, and goes on in it. What it has done
 * cannot be undone: from its command on the leg is the call's, with all that is told of it.
 */
export function takenLeg(state: CallState, { type, body }: RecordedCommand): Update {
  const speaks = type === 'AskQuestion' || type === 'SayMessage';
  const ends = type === 'HangUp' && body.because !== 'second-leg' && body.because !== 'already-closed';
  if (!speaks && !ends) return {};
  const claim = state.claims.find((candidate) =>
    ends
      ? candidate.callConnectionId === body.callConnectionId
      : candidate.connectedAt && candidate.stands !== 'refused',
  );
  return claim ? settle(state, claim.callConnectionId) : {};
}

/** What the provider says of a leg that was claimed. Without its word nothing is done about the leg. */
export function onClaimOutcome(state: CallState, claim: Claim, recorded: RecordedOutcome): Update {
  if (recorded.type === 'Accepted' && recorded.body.ours === true) {
    return waitForNothing(state, { ...settle(state, claim.callConnectionId), ...begun(state, claim, recorded) });
  }
  // A release that does not know the question has asked another one: whose leg it is was not looked at.
  if (recorded.type === 'Accepted' && recorded.body.ours === undefined) {
    return waitForNothing(state, replace(state, claim, { ...claim, stands: 'heard', commandId: null }));
  }
  if (recorded.type === 'Accepted' || isFinal(recorded)) {
    return waitForNothing(state, replace(state, claim, { ...claim, stands: 'refused' }));
  }
  const { retryAt } = recorded.body;
  if (state.position.at !== 'ended') return {};
  return retryAt ? { deadline: { at: retryAt, missing: 'retry' } } : waitForNothing(state, {});
}

function isFinal(recorded: Exclude<RecordedOutcome, { type: 'Accepted' }>): boolean {
  return recorded.type === 'Rejected' && !recorded.body.transient;
}

/** A call that was not known to have a leg goes on in this one. */
function begun(state: CallState, claim: Claim, { at, cause }: RecordedOutcome): Update {
  if (state.callConnectionId !== null || claim.ending) return {};
  const { position } = state;
  if (position.at === 'placing') {
    const { commandId, place } = position;
    return { position: { at: 'ringing', commandId }, deadline: { at: place.resultBy, missing: 'result' } };
  }
  // It was never dialled as far as this log knows, which may be a copy of an earlier moment.
  if (position.at === 'queued')
    return { position: { at: 'ringing', commandId: cause ?? '' }, deadline: { at, missing: 'result' } };
  return {};
}

/** An ended call is not looked at again when nobody need be asked about a leg, and none hung up. */
export function waitForNothing(state: CallState, update: Update): Update {
  const { position, claims, strays } = { ...state, ...update };
  const isWatched = strays.length > 0 || claims.some(({ stands }) => stands === 'asked');
  return position.at === 'ended' && !isWatched ? { ...update, deadline: null } : update;
}

function replace(state: CallState, claim: Claim, by: Claim): Update {
  return { claims: state.claims.map((other) => (other === claim ? by : other)) };
}
