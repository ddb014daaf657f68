import type { RejectedBody } from './bodies.ts';
import type { CallState, StrayLeg } from './call.ts';
import { callResult } from './disposition.ts';
import { end } from './ending.ts';
import type { RecordedOutcome } from './recorded.ts';

type Update = Partial<CallState>;

/** What the answer to a command that we sent does to the state. */
export function onOutcome(state: CallState, recorded: RecordedOutcome): Update {
  if (state.check && recorded.cause === state.check.commandId) return onCheckOutcome(state, recorded);
  if (state.doubt && recorded.cause === state.doubt) return { doubt: null, ...onDoubtOutcome(state, recorded) };
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
      return recorded.body.retryAt
        ? retryAt(state, recorded.body.retryAt)
        : onRefused(state, recorded.at, recorded.body);
  }
}

function onUnknown(state: CallState, at: string | undefined): Update {
  const { position } = state;
  if (position.at !== 'placing') return retryAt(state, at);
  const waiting: Update = { deadline: { at: position.place.resultBy, missing: 'result' } };
  return { position: { ...position, uncertain: true }, ...(at ? retryAt(state, at) : waiting) };
}

function onRefused(state: CallState, at: string, body: RejectedBody): Update {
  const { position } = state;
  if (position.at !== 'placing') {
    // ACS's word that it knows no such call: it has ended, and how cannot be learnt any more.
    return body.status === 404 ? end(state, { by: 'gone', result: 'unknown', at }) : {};
  }
  // An earlier attempt may have been executed: this refusal does not say that the phone is silent.
  if (position.uncertain) return { deadline: { at: position.place.resultBy, missing: 'result' } };
  const result = callResult({ code: body.status, subCode: body.subCode });
  const failure = result === 'ended' || result === 'unknown' ? 'provider-failure' : result;
  return end(state, { by: 'rejected', result: failure, at });
}

/** A stray leg is done with when ACS has taken the order or knows no such leg; else it is tried again. */
function onStrayOutcome(state: CallState, stray: StrayLeg, recorded: RecordedOutcome): Update {
  const retry = recorded.type === 'Accepted' ? undefined : recorded.body.retryAt;
  const ended = state.position.at === 'ended';
  if (retry) return ended ? retryAt(state, retry) : {};
  const strays = state.strays.filter((candidate) => candidate !== stray);
  return ended && strays.length === 0 ? { strays, deadline: null } : { strays };
}

/** The answer to a PlaceCall that the flow has overtaken (a callback came first) still names the connection. */
function connection(state: CallState, recorded: RecordedOutcome): Update {
  if (recorded.type !== 'Accepted' || !recorded.body.callConnectionId) return {};
  return { callConnectionId: state.callConnectionId ?? recorded.body.callConnectionId };
}

function onAccepted(state: CallState, callConnectionId: string | undefined): Update {
  const { position } = state;
  if (position.at === 'placing') {
    return {
      callConnectionId: state.callConnectionId ?? callConnectionId ?? null,
      position: { at: 'ringing', commandId: position.commandId },
      deadline: { at: position.place.resultBy, missing: 'result' },
    };
  }
  if (position.at === 'ended' || position.at === 'ringing' || position.at === 'queued') return {};
  return { deadline: { at: position.resultBy, missing: 'result' } };
}

function onCheckOutcome(state: CallState, recorded: RecordedOutcome): Update {
  if (recorded.type === 'Accepted') {
    const connected = recorded.body.callState === 'connected';
    return { check: null, connectedAt: state.connectedAt ?? (connected ? recorded.at : null) };
  }
  if (recorded.type === 'Rejected' && recorded.body.status === 404) {
    return { check: null, ...end(state, { by: 'gone', result: 'unknown', at: recorded.at }) };
  }
  return retryAt(state, recorded.body.retryAt);
}

/** Only ACS's word that it knows no such call counts; anything else leaves the call as it is. */
function onDoubtOutcome(state: CallState, { type, body, at }: RecordedOutcome): Update {
  return type === 'Rejected' && body.status === 404 ? end(state, { by: 'gone', result: 'unknown', at }) : {};
}

function retryAt(state: CallState, at: string | undefined): Update {
  return { deadline: at ? { at, missing: 'retry' } : state.deadline };
}
