import type { Choice, Key } from '../questionnaire/questionnaire.ts';
import type { Answer, Ask, AskResult, CallState } from './call.ts';
import type { Callback } from './callback.ts';
import { callResult } from './disposition.ts';
import { end } from './ending.ts';
import type { RecordedCallback } from './recorded.ts';
import { TIMEOUT } from './summary.ts';

type Update = Partial<CallState>;

/** What ACS told does to the state. Facts add up: the same callbacks in another order end in the same facts. */
export function onCallback(state: CallState, { at, body }: RecordedCallback): Update {
  if (isOtherLeg(state, body)) return {};
  const ids: Update = {
    callConnectionId: state.callConnectionId ?? body.callConnectionId,
    serverCallId: state.serverCallId ?? body.serverCallId,
    correlationId: state.correlationId ?? body.correlationId,
  };
  return Object.assign(ids, onCallbackName(state, at, body));
}

/** A callback of another connection than ours: somebody else's leg, or a second dial that must never have been. */
export function isOtherLeg(state: CallState, callback: Callback): boolean {
  const { callConnectionId } = callback;
  return callConnectionId !== null && state.callConnectionId !== null && callConnectionId !== state.callConnectionId;
}

function onCallbackName(state: CallState, at: string, body: Callback): Update {
  switch (body.name) {
    case 'CallConnected':
      return onConnected(state, at);
    case 'CallDisconnected':
    case 'CreateCallFailed':
      return end(state, { by: body.name, result: callResult(body.result), at });
    case 'RecognizeCompleted':
    case 'RecognizeFailed':
    case 'RecognizeCanceled':
      return onRecognized(state, at, body);
    case 'PlayCompleted':
    case 'PlayFailed':
    case 'PlayCanceled':
    case 'CallEnded':
    case 'other':
      return {};
  }
}

function onConnected(state: CallState, at: string): Update {
  const connectedAt = state.connectedAt ?? at;
  const { position } = state;
  if (position.at !== 'placing') return { connectedAt };
  return {
    connectedAt,
    position: { at: 'ringing', commandId: position.commandId },
    deadline: { at: position.place.resultBy, missing: 'result' },
  };
}

function onRecognized(state: CallState, at: string, callback: Callback): Update {
  const ask = state.asks.find((candidate) => candidate.commandId === callback.operationContext);
  if (!ask) return {};
  const choice = acceptedChoice(ask, callback);
  const result = askResult(callback, choice);
  const asks = state.asks.map((candidate) =>
    candidate === ask ? { ...ask, result: ask.result ?? result } : candidate,
  );
  const heard: Update = { asks, connectedAt: state.connectedAt ?? at };
  if (!choice) return { ...heard, ...timeoutIfSilent(state, ask, result, at) };
  return {
    ...heard,
    personProvenAt: choice.proves === 'person' ? (state.personProvenAt ?? at) : state.personProvenAt,
    notAvailable: state.notAvailable || (ask.question === null && choice.proves !== 'person'),
    answers: ask.question === null ? state.answers : keepAnswer(state.answers, ask.question, choice.value, at),
  };
}

/** The accepted key of a completed recognition, if one was pressed. */
export function acceptedChoice(ask: Ask, callback: Callback): Choice | undefined {
  const key = pressedKey(ask, callback);
  return key && callback.name !== 'RecognizeCanceled' ? ask.keys[key] : undefined;
}

/** ACS may leave a stop tone at the end of the tones; it counts only where `#` is a choice. */
function pressedKey(ask: Ask, callback: Callback): Key | undefined {
  const stripped = ask.keys['#'] ? callback.keys : callback.keys.filter((key) => key !== '#');
  return stripped[0];
}

/** Sub-codes of RecognizeFailed that mean that the member pressed nothing useful (8532 is documented both ways). */
const SILENCE = new Set([8510, 8532]);
const WRONG_KEY = new Set([8534, 8547]);

function askResult(callback: Callback, choice: Choice | undefined): AskResult {
  if (callback.name === 'RecognizeCanceled') return 'cancelled';
  if (choice) return 'key';
  if (callback.keys.length > 0 || WRONG_KEY.has(callback.result.subCode)) return 'wrong-key';
  if (callback.name === 'RecognizeCompleted' || SILENCE.has(callback.result.subCode)) return 'silence';
  return 'failed';
}

/** A question that ran into silence, or into too many keys that were not offered, has no answer yet. */
function timeoutIfSilent(state: CallState, ask: Ask, result: AskResult, at: string): Update {
  const silent = result === 'silence' || (result === 'wrong-key' && ask.lastChance);
  if (ask.question === null || !silent || hasAnswer(state.answers, ask.question)) return {};
  return { answers: [...state.answers, { question: ask.question, response: TIMEOUT, recordedAt: at }] };
}

/** An answer pressed is an answer kept: it replaces a time-out, and the first one stays. */
function keepAnswer(answers: readonly Answer[], question: number, response: string, at: string): readonly Answer[] {
  const kept = answers.find((answer) => answer.question === question);
  if (kept && kept.response !== TIMEOUT) return answers;
  return [...answers.filter((answer) => answer !== kept), { question, response, recordedAt: at }];
}

function hasAnswer(answers: readonly Answer[], question: number): boolean {
  return answers.some((answer) => answer.question === question);
}
