import type { CallState, StrayLeg } from './call.ts';
import { end, hungUpUntold } from './ending.ts';
import { onClaimOutcome, settle, waitForNothing } from './evolve-claims.ts';
import type { Refusal } from './provider.ts';
import type { RecordedOutcome } from './recorded.ts';
import type { Update } from './updated.ts';

type Refused = Extract<RecordedOutcome, { type: 'Rejected' }>;

/** What the answer to a command that we sent does to the state. */
export function onOutcome(state: CallState, recorded: RecordedOutcome): Update {
  if (recorded.cause === state.check?.commandId) return onCheckOutcome(state, state.check, recorded);
  if (state.doubt && recorded.cause === state.doubt) return { doubt: null, ...onDoubtOutcome(state, recorded) };
  const claim = state.claims.find((candidate) => candidate.commandId === recorded.cause);
  if (claim) return onClaimOutcome(state, claim, recorded);
  const stray = state.strays.find((candidate) => candidate.commandId === recorded.cause);
  if (stray) return onStrayOutcome(state, stray, recorded);
  const { position } = state;
  if (
    position.at === 'ended' ||
    position.at === 'ringing' ||
    position.at === 'queued' ||
    recorded.cause !== position.commandId
  ) {
    return connection(state, recorded);
  }
  switch (recorded.type) {
    case 'Accepted':
      return onAccepted(state, recorded.body.callConnectionId);
    case 'Unknown':
      return onUnknown(state, recorded.body.retryAt);
    case 'Rejected':
      return onRejected(state, recorded);
  }
}

function onUnknown(state: CallState, at: string | undefined): Update {
  const { position } = state;
  if (position.at !== 'placing') return retryAt(state, at);
  const waiting: Update = { deadline: { at: position.place.resultBy, missing: 'result' } };
  return { position: { ...position, uncertain: true }, ...(at ? retryAt(state, at) : waiting) };
}

function onRejected(state: CallState, { at, body, refusal }: Refused): Update {
  const { position } = state;
  if (position.at === 'placing') return onPlaceRejected(state, { at, body, refusal });
  if (body.retryAt) return retryAt(state, body.retryAt);
  if (body.endBy) return { deadline: { at: body.endBy, missing: 'end' } };
  const isMedia = position.at === 'asking' || position.at === 'saying';
  return refusal.means === 'gone' || (!isMedia && isGone(refusal)) ? gone(state, at) : {};
}

function onPlaceRejected(state: CallState, { at, body, refusal }: Pick<Refused, 'at' | 'body' | 'refusal'>): Update {
  const { position } = state;
  if (position.at !== 'placing') return {};
  const uncertain = position.uncertain || refusal.mayBeDone;
  if (body.retryAt) return { position: { ...position, uncertain }, ...retryAt(state, body.retryAt) };
  // An attempt may have been executed: this refusal does not say that the phone is silent.
  if (uncertain) {
    return { position: { ...position, uncertain }, deadline: { at: position.place.resultBy, missing: 'result' } };
  }
  return end(state, { by: 'rejected', result: refusal.result, at, hungUp: hungUpUntold(state) });
}

/** The provider's word that it knows no such call: it has ended, and how cannot be learnt any more. */
function gone(state: CallState, at: string): Update {
  return end(state, { by: 'gone', result: 'unknown', at, hungUp: hungUpUntold(state) });
}

function isGone({ means }: Refusal): boolean {
  return means === 'gone' || means === 'over';
}

/** A stray leg is done with when ACS has taken the order or knows no such leg; else it is tried again. */
function onStrayOutcome(state: CallState, stray: StrayLeg, recorded: RecordedOutcome): Update {
  const retry = recorded.type === 'Accepted' ? undefined : recorded.body.retryAt;
  const ended = state.position.at === 'ended';
  if (retry) return ended ? retryAt(state, retry) : {};
  return waitForNothing(state, { strays: state.strays.filter((candidate) => candidate !== stray) });
}

/** The answer to a PlaceCall that the flow has overtaken (a callback came first) still names the connection. */
function connection(state: CallState, recorded: RecordedOutcome): Update {
  if (recorded.type !== 'Accepted' || !recorded.body.callConnectionId) return {};
  return settle(state, recorded.body.callConnectionId);
}

function onAccepted(state: CallState, callConnectionId: string | undefined): Update {
  const { position } = state;
  if (position.at === 'placing') {
    const bound: Update = callConnectionId === undefined ? {} : settle(state, callConnectionId);
    if (bound.ending) return bound;
    return {
      ...bound,
      position: { at: 'ringing', commandId: position.commandId },
      deadline: { at: position.place.resultBy, missing: 'result' },
    };
  }
  if (position.at === 'ended' || position.at === 'ringing' || position.at === 'queued') return {};
  return { deadline: { at: position.resultBy, missing: 'result' } };
}

function onCheckOutcome(state: CallState, check: NonNullable<CallState['check']>, recorded: RecordedOutcome): Update {
  if (check.leg !== state.callConnectionId) return onLegCheckOutcome(state, check.leg, recorded);
  if (recorded.type === 'Accepted') {
    const isConnected = recorded.standing === 'connected';
    return { check: null, connectedAt: state.connectedAt ?? (isConnected ? recorded.at : null) };
  }
  if (recorded.type === 'Rejected' && isGone(recorded.refusal)) return { check: null, ...gone(state, recorded.at) };
  return retryAt(state, recorded.body.retryAt);
}

/** The call has no leg that is known as its own, and was asked about one that a callback named. */
function onLegCheckOutcome(state: CallState, leg: string, recorded: RecordedOutcome): Update {
  const claim = state.claims.find(({ callConnectionId }) => callConnectionId === leg);
  const waits = recorded.type !== 'Accepted' && recorded.body.retryAt;
  if (waits || !claim) return retryAt(state, waits || undefined);
  return { check: null, ...onClaimOutcome(state, claim, recorded) };
}

/** Only the provider's word that it knows no such call counts; anything else leaves the call as it is. */
function onDoubtOutcome(state: CallState, recorded: RecordedOutcome): Update {
  return recorded.type === 'Rejected' && isGone(recorded.refusal) ? gone(state, recorded.at) : {};
}

function retryAt(state: CallState, at: string | undefined): Update {
  return { deadline: at ? { at, missing: 'retry' } : state.deadline };
}
