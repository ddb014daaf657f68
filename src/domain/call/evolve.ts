import type { CheckCallBody, CloseReason, CommandBodies, HangUpBody, PlaceCallBody } from './bodies.ts';
import { type Ask, type CallState, holdsLeg } from './call.ts';
import { end, hungUpUntold } from './ending.ts';
import { onCallback } from './evolve-callback.ts';
import { asked, takenLeg } from './evolve-claims.ts';
import { onOutcome } from './evolve-outcome.ts';
import { lateAfter } from './late.ts';
import type { Recorded, RecordedCommand, RecordedForeign } from './recorded.ts';
import { andSeen, NOTHING_SEEN } from './seen.ts';
import { type Update, updated } from './updated.ts';

/**
 * Folds one entry into the state of a call session. Pure and total: an entry that means nothing here moves nothing.
 * @param state null for a stream without entries; its first entry must be InitiateCall
 */
export function evolve(callSessionId: string, state: CallState | null, recorded: Recorded): CallState {
  const before = state ?? initialState(callSessionId, recorded);
  const kind = recorded.kind === 'foreign' ? recorded.as : recorded.kind;
  const late = lateAfter(before, recorded);
  const change = update(before, recorded);
  const seen = andSeen(before, kind, recorded.id);
  return updated(before, late === before.late ? change : { ...change, late }, recorded.at, seen);
}

/** A call that is read by rules of a later release: whatever is recorded of it, nothing is waited for here. */
export function asForeign(state: CallState): CallState {
  return state.foreign && !state.deadline ? state : { ...state, foreign: true, deadline: null };
}

/** One for all calls: most stay without claims and strays, and each open one would hold four. */
const NONE: readonly never[] = [];

function initialState(callSessionId: string, recorded: Recorded): CallState {
  if (recorded.type !== 'InitiateCall' || recorded.kind !== 'command') {
    throw new TypeError(`a call's stream starts with InitiateCall, not ${recorded.type}`);
  }
  return {
    callSessionId,
    version: 0,
    initiate: recorded.body,
    questionnaire: recorded.body.questionnaire,
    createdAt: recorded.at,
    updatedAt: recorded.at,
    callConnectionId: null,
    serverCallId: null,
    correlationId: null,
    connectedAt: null,
    personProvenAt: null,
    notAvailable: false,
    cancelledAt: null,
    trouble: false,
    ending: null,
    position: { at: 'ended' },
    dials: 0,
    untoldLegAt: null,
    check: null,
    doubt: null,
    strays: NONE,
    claims: NONE,
    foreign: false,
    contradictions: 0,
    late: 0,
    asks: NONE,
    answers: NONE,
    deadline: null,
    seen: NOTHING_SEEN,
  };
}

function update(state: CallState, recorded: Recorded): Update {
  if (recorded.kind === 'foreign') return { foreign: true, deadline: null };
  const update = updateOf(state, recorded);
  return state.foreign ? { ...update, deadline: null } : update;
}

function updateOf(state: CallState, recorded: Exclude<Recorded, RecordedForeign>): Update {
  switch (recorded.kind) {
    case 'command': {
      if (state.callConnectionId !== null || state.claims.length === 0) return onCommand(state, recorded);
      const taken = takenLeg(state, recorded);
      return { ...taken, ...onCommand({ ...state, ...taken }, recorded) };
    }
    case 'outcome':
      return onOutcome(state, recorded);
    case 'callback':
      return onCallback(state, recorded);
  }
}

function onCommand(state: CallState, { id, at, type, body }: RecordedCommand): Update {
  switch (type) {
    case 'InitiateCall':
      return { position: { at: 'queued' }, deadline: { at, missing: 'turn' } };
    case 'DeadlinePassed':
      return onDeadlinePassed(state);
    case 'PlaceCall':
      return onPlace(state, id, body);
    case 'AskQuestion':
      return onAsk(state, id, body);
    case 'SayMessage': {
      const { step, attempt, resultBy } = body;
      const trouble = state.trouble || body.because === 'trouble';
      return {
        position: { at: 'saying', commandId: id, step, attempt, resultBy },
        trouble,
        ...awaiting(body.answerBy),
      };
    }
    case 'HangUp':
      return onHangUp(state, id, body);
    case 'CheckCall':
      return onCheck(state, id, body);
    case 'CancelCall':
      return { cancelledAt: state.cancelledAt ?? at };
    case 'CloseCall':
      return close(state, body.because, at);
    case 'CountEvent':
      return { contradictions: state.contradictions + 1 };
  }
}

function onCheck(state: CallState, id: string, body: CheckCallBody): Update {
  if (body.because === 'doubt') return { doubt: id };
  const { callConnectionId: leg, attempt, answerBy } = body;
  const deadline = { at: answerBy, missing: 'answer' } as const;
  if (body.because !== 'leg') return { check: { commandId: id, attempt, leg }, deadline, ...asked(state, id, body) };
  // Beside the flow, whose own deadline stands; an ended call watches over it.
  return { ...asked(state, id, body), ...(state.position.at === 'ended' && { deadline }) };
}

function close(state: CallState, because: CloseReason, at: string): Update {
  const result = because === 'expired' ? 'expired' : 'unknown';
  const ended = end(state, { by: because === 'gone' ? 'gone' : 'closed', result, at, hungUp: hungUpUntold(state) });
  return because !== 'gone' && holdsLeg(state) ? { ...ended, untoldLegAt: at } : ended;
}

/** Without a further attempt the ringing may still become a call: wait for word of it until the last moment. */
function onDeadlinePassed(state: CallState): Update {
  const { position, deadline } = state;
  // The stray legs of an ended call are ordered to be hung up once more, or given up: either way the bell has rung.
  if (position.at === 'ended') return { deadline: null };
  if (position.at !== 'placing' || !deadline || deadline.missing === 'result') return {};
  const uncertain = position.uncertain || deadline.missing === 'answer';
  return { position: { ...position, uncertain }, deadline: { at: position.place.resultBy, missing: 'result' } };
}

function onPlace(state: CallState, id: string, body: PlaceCallBody): Update {
  const previous = state.position.at === 'placing' ? state.position : null;
  const sameDial = previous?.place.repeatabilityRequestId === body.repeatabilityRequestId;
  return {
    position: { at: 'placing', commandId: id, place: body, uncertain: sameDial && (previous?.uncertain ?? false) },
    deadline: { at: body.answerBy, missing: 'answer' },
    dials: state.dials + 1,
  };
}

/** A new request supersedes whatever check was under way. */
function awaiting(answerBy: string): Update {
  return { check: null, deadline: { at: answerBy, missing: 'answer' } };
}

function onAsk(state: CallState, id: string, body: CommandBodies['AskQuestion']): Update {
  const previous = state.position.at === 'asking' && state.position.step === body.step ? state.position : null;
  const { step, question, keys, silence, lastChance } = body;
  const ask: Ask = { commandId: id, step, question, keys, silence, lastChance, result: null };
  return {
    asks: state.asks.concat(ask),
    position: {
      at: 'asking',
      commandId: id,
      step,
      attempt: body.attempt,
      wrongKeys: (previous?.wrongKeys ?? 0) + (body.because === 'wrong-key' ? 1 : 0),
      failures: (previous?.failures ?? 0) + (body.because === 'trouble' ? 1 : 0),
      resultBy: body.resultBy,
    },
    ...awaiting(body.answerBy),
  };
}

function onHangUp(state: CallState, id: string, body: CommandBodies['HangUp']): Update {
  const { attempt, resultBy } = body;
  if (body.because === 'second-leg' || body.because === 'already-closed') return onStray(state, id, body);
  return {
    position: { at: 'hanging-up', commandId: id, attempt, resultBy },
    trouble: state.trouble || body.because === 'trouble' || body.because === 'not-neutral',
    ...awaiting(body.answerBy),
  };
}

/** Hanging up a leg that is not the call's own changes nothing for the call itself, but an ended call watches over it. */
function onStray(state: CallState, commandId: string, { callConnectionId, attempt, answerBy }: HangUpBody): Update {
  const others = state.strays.filter((stray) => stray.callConnectionId !== callConnectionId);
  return {
    strays: [...others, { commandId, callConnectionId, attempt }],
    deadline: state.position.at === 'ended' ? { at: answerBy, missing: 'answer' } : state.deadline,
  };
}

/** Folds entries in order, from a state or from nothing. */
export function fold(callSessionId: string, state: CallState | null, entries: readonly Recorded[]): CallState | null {
  return entries.reduce<CallState | null>((folded, entry) => evolve(callSessionId, folded, entry), state);
}
