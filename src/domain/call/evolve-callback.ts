import type { Choice, Key } from '../questionnaire/questionnaire.ts';
import type { Answer, Ask, AskResult, CallState } from './call.ts';
import type { Callback } from './callback.ts';
import { end } from './ending.ts';
import { claimedLeg, onClaim } from './evolve-claims.ts';
import type { RecordedCallback } from './recorded.ts';
import { TIMEOUT } from './summary.ts';
import type { Update } from './updated.ts';

/** What came of a question. */
export type Recognized = Extract<Callback, { name: 'recognized' }>;

/** What the provider told does to the state. Facts add up: the same callbacks in another order end in the same facts. */
export function onCallback(state: CallState, { at, body, cause }: RecordedCallback): Update {
  const update = onFacts(state, at, body);
  return cause === null ? update : { ...update, contradictions: state.contradictions + 1 };
}

function onFacts(state: CallState, at: string, body: Callback): Update {
  const leg = claimedLeg(state, body);
  if (leg !== null) return onClaim(state, leg, at, body);
  if (isOtherLeg(state, body)) return {};
  // Written to, not copied: it is ours alone, and most entries of a call come along here.
  const update: { -readonly [Name in keyof Update]: Update[Name] } = onCallbackName(state, at, body);
  update.callConnectionId = state.callConnectionId ?? body.callConnectionId;
  update.serverCallId = state.serverCallId ?? body.serverCallId;
  update.correlationId = state.correlationId ?? body.correlationId;
  return update;
}

/** A callback of another connection than ours: somebody else's leg, or a second dial that must never have been. */
export function isOtherLeg(state: CallState, callback: Callback): boolean {
  const { callConnectionId } = callback;
  return callConnectionId !== null && state.callConnectionId !== null && callConnectionId !== state.callConnectionId;
}

function onCallbackName(state: CallState, at: string, body: Callback): Update {
  switch (body.name) {
    case 'connected':
      return onConnected(state, at, body);
    case 'ended':
      return end(state, { ...body.end, by: body.by, at });
    case 'recognized':
      return onRecognized(state, at, body);
    case 'played':
    case 'may-have-ended':
    case 'other':
      return {};
  }
}

function onConnected(state: CallState, at: string, { binds }: Callback): Update {
  const connectedAt = state.connectedAt ?? at;
  const { position } = state;
  // The answer to the dial is still to come, and says whose leg it is.
  if (position.at !== 'placing' || !binds) return { connectedAt };
  return {
    connectedAt,
    position: { at: 'ringing', commandId: position.commandId },
    deadline: { at: position.place.resultBy, missing: 'result' },
  };
}

function onRecognized(state: CallState, at: string, callback: Recognized): Update {
  const ask = state.asks.find((candidate) => candidate.commandId === callback.commandId);
  if (!ask) return {};
  const choice = acceptedChoice(ask, callback);
  const result = askResult(callback, choice);
  const asks = state.asks.map((candidate) =>
    candidate === ask ? { ...ask, result: ask.result ?? result } : candidate,
  );
  const connectedAt = state.connectedAt ?? at;
  if (!choice) return { asks, connectedAt, ...timeoutIfSilent(state, ask, result, at) };
  return {
    asks,
    connectedAt,
    personProvenAt: choice.proves === 'person' ? (state.personProvenAt ?? at) : state.personProvenAt,
    notAvailable: state.notAvailable || (ask.question === null && choice.proves !== 'person'),
    answers: ask.question === null ? state.answers : keepAnswer(state.answers, ask.question, choice.value, at),
  };
}

/** The accepted key of a completed recognition, if one was pressed. */
export function acceptedChoice(ask: Ask, callback: Recognized): Choice | undefined {
  const key = pressedKey(ask, callback);
  return key && key !== 'other' && !callback.isCancelled ? ask.keys[key] : undefined;
}

/** A stop tone may stand at the end of what was pressed; it counts only where `#` is a choice. */
function pressedKey(ask: Ask, callback: Recognized): Key | 'other' | undefined {
  const stripped = ask.keys['#'] ? callback.keys : callback.keys.filter((key) => key !== '#');
  return stripped[0];
}

function askResult(callback: Recognized, choice: Choice | undefined): AskResult {
  if (callback.isCancelled) return 'cancelled';
  if (choice) return 'key';
  return callback.keys.length > 0 ? 'wrong-key' : callback.without;
}

/** A question that ran into silence, or into too many keys that were not offered, has no answer yet. */
function timeoutIfSilent(state: CallState, ask: Ask, result: AskResult, at: string): Update {
  const silent = result === 'silence' || (result === 'wrong-key' && ask.lastChance);
  if (ask.question === null || !silent || hasAnswer(state.answers, ask.question)) return {};
  return { answers: state.answers.concat({ question: ask.question, response: TIMEOUT, recordedAt: at }) };
}

/** An answer pressed is an answer kept: it replaces a time-out, and the first one stays. */
function keepAnswer(answers: readonly Answer[], question: number, response: string, at: string): readonly Answer[] {
  const kept = answers.find((answer) => answer.question === question);
  if (kept && kept.response !== TIMEOUT) return answers;
  return answers.filter((answer) => answer !== kept).concat({ question, response, recordedAt: at });
}

function hasAnswer(answers: readonly Answer[], question: number): boolean {
  return answers.some((answer) => answer.question === question);
}
