import type { CallState, CallStatus } from './call.ts';
import type { Disposition } from './disposition.ts';

/** The status the seed knows, from facts only, so that the order in which they arrived does not matter. */
export function callStatus(state: CallState): CallStatus {
  if (state.ending) {
    const { by } = state.ending;
    const failed = !state.connectedAt && by !== 'disconnected' && by !== 'gone';
    return failed ? 'Failed' : 'Disconnected';
  }
  if (state.personProvenAt) return 'PersonDetected';
  return state.connectedAt ? 'Connected' : 'Initiated';
}

/** What became of an ended call; null while it is open. A function of facts, not of their order. */
export function callDisposition(state: CallState): Disposition | null {
  if (!state.ending) return null;
  const answered = state.answers.filter((answer) => answer.response !== TIMEOUT).length;
  if (answered >= state.initiate.questions) return 'completed';
  if (answered > 0) return 'partial';
  if (state.cancelledAt) return 'cancelled';
  if (!state.connectedAt && state.ending.result !== 'ended') return state.ending.result;
  if (state.trouble) return 'provider-failure';
  if (state.notAvailable) return 'not-available';
  return connectedDisposition(state);
}

/** The response kept for a question that got no answer. */
export const TIMEOUT = 'timeout';

function connectedDisposition(state: CallState): Disposition {
  if (state.personProvenAt && state.answers.length > 0) return 'no-response';
  const detection = state.asks.filter((ask) => ask.question === null).at(-1);
  // A call's end cancels the prompt that is open: only a result of its own says that nobody pressed a key.
  const wasHeard = detection && detection.result !== null && detection.result !== 'cancelled';
  if (!state.personProvenAt && wasHeard) return 'no-person';
  return hungUp(state) ? 'hung-up' : 'unknown';
}

function hungUp({ ending, connectedAt }: CallState): boolean {
  return ending?.hungUp === 'always' || (ending?.hungUp === 'if-answered' && connectedAt !== null);
}
