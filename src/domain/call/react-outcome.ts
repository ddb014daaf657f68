import type { Outcome } from './bodies.ts';
import { type CallState, hasEnded } from './call.ts';
import { askAgain, type Command, checkCall, enter, hangUp, hangUpLeg, type Scene, sayAgain } from './commands.ts';
import type { Input } from './input.ts';
import { later, type Timing } from './timing.ts';

type OutcomeInput = Input & { readonly type: 'Outcome' };

/** What the answer to a command causes, once it is part of the state. */
export function afterOutcome(before: CallState | null, input: OutcomeInput, scene: Scene): readonly Command[] {
  switch (input.commandType) {
    case 'PlaceCall':
      return afterPlace(input, scene);
    case 'AskQuestion':
    case 'SayMessage':
      return afterMedia(input, scene);
    case 'CheckCall':
      if (before?.doubt === input.commandId) return afterDoubt(input, scene);
      // The answer to a check that a newer command has superseded moves nothing.
      return before?.check?.commandId === input.commandId ? afterCheck(input, scene) : [];
    case 'HangUp':
      // A hang-up that failed for good is seen again at its deadline.
      return [];
  }
}

function afterPlace({ outcome }: OutcomeInput, scene: Scene): readonly Command[] {
  const { state } = scene;
  if (outcome.type !== 'Accepted' || !outcome.callConnectionId) return [];
  if (state.callConnectionId !== outcome.callConnectionId)
    return [hangUpLeg(scene, outcome.callConnectionId, 'second-leg')];
  if (hasEnded(state)) {
    return state.ending?.by === 'closed' ? [hangUpLeg(scene, outcome.callConnectionId, 'already-closed')] : [];
  }
  return state.cancelledAt && state.position.at === 'ringing' ? hangUp(scene, 'cancelled') : [];
}

function afterMedia({ outcome, commandId }: OutcomeInput, scene: Scene): readonly Command[] {
  const { position, deadline } = scene.state;
  if ((position.at !== 'asking' && position.at !== 'saying') || position.commandId !== commandId) return [];
  if (outcome.type === 'Accepted' || deadline?.missing === 'retry') return [];
  // Play and recognize carry no idempotency: look before saying it twice.
  return outcome.type === 'Unknown' ? checkCall(scene, 1) : hangUp(scene, 'trouble');
}

function afterCheck({ outcome }: OutcomeInput, scene: Scene): readonly Command[] {
  if (hasEnded(scene.state)) return [];
  if (outcome.type !== 'Accepted') return scene.state.deadline?.missing === 'retry' ? [] : giveUp(scene);
  if (isGone(outcome)) return [{ type: 'CloseCall', body: { because: 'gone' } }];
  return oneStepOn(scene, outcome.callState === 'connected');
}

/** Event Grid's word is only believed when ACS says the same; nothing was overdue, so otherwise the flow goes on. */
function afterDoubt({ outcome }: OutcomeInput, scene: Scene): readonly Command[] {
  if (hasEnded(scene.state) || !isGone(outcome)) return [];
  return [{ type: 'CloseCall', body: { because: 'gone' } }];
}

function isGone(outcome: Outcome): boolean {
  return outcome.type === 'Accepted' && ['disconnected', 'disconnecting'].includes(outcome.callState ?? '');
}

/** ACS still has the call, so the result that we waited for is lost: one careful step on. */
function oneStepOn(scene: Scene, connected: boolean): readonly Command[] {
  const { position, cancelledAt } = scene.state;
  const { mediaAttempts } = scene.context.timing;
  switch (position.at) {
    case 'queued':
    case 'placing':
    case 'ringing':
      if (cancelledAt) return hangUp(scene, 'cancelled');
      return connected ? enter(scene, scene.context.questionnaire?.start ?? '', false) : hangUp(scene, 'trouble');
    case 'asking':
      return position.failures + 1 < mediaAttempts ? askAgain(scene, 'trouble') : hangUp(scene, 'trouble');
    case 'saying':
      return position.attempt < mediaAttempts ? sayAgain(scene) : hangUp(scene, 'trouble');
    case 'hanging-up':
      return hangUp(scene, 'trouble');
    case 'ended':
      return [];
  }
}

/** Nobody can tell us about the call: try to end it, and if that was what we tried, close it as unknown. */
export function giveUp(scene: Scene): readonly Command[] {
  if (scene.state.position.at === 'hanging-up') return [{ type: 'CloseCall', body: { because: 'no-word' } }];
  return hangUp(scene, 'trouble');
}

/** The number of the attempt that failed when another one is allowed, else null. */
export function mayRetry(state: CallState, input: OutcomeInput, timing: Timing): number | null {
  const { outcome, commandId } = input;
  if (outcome.type === 'Rejected' && !outcome.transient) return null;
  if (state.check?.commandId === commandId) return below(state.check.attempt, timing.checkAttempts);
  const stray = state.strays.find((candidate) => candidate.commandId === commandId);
  if (stray) return below(stray.attempt, timing.hangUpAttempts);
  const { position } = state;
  if (position.at === 'ended' || position.at === 'ringing' || position.at === 'queued') return null;
  if (position.commandId !== commandId) return null;
  switch (position.at) {
    case 'placing':
      return state.cancelledAt || !mayRedial(state, input.at, timing)
        ? null
        : below(position.place.attempt, timing.placeAttempts);
    case 'asking':
      // Repeats after a wrong key are the member's, not the provider's: they use up no attempt.
      return outcome.type === 'Unknown' ? null : below(position.failures + 1, timing.mediaAttempts);
    case 'saying':
      return outcome.type === 'Unknown' ? null : below(position.attempt, timing.mediaAttempts);
    case 'hanging-up':
      return below(position.attempt, timing.hangUpAttempts);
  }
}

/** A dial that may have reached ACS is only sent again while ACS surely remembers its id. */
export function mayRedial(state: CallState, at: string, timing: Timing): boolean {
  if (state.position.at !== 'placing') return false;
  const { place, uncertain } = state.position;
  return !uncertain || at < later(place.repeatabilityFirstSent, timing.redialWindowMs);
}

function below(attempt: number, most: number): number | null {
  return attempt < most ? attempt : null;
}
