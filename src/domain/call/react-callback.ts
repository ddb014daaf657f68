import { type CallState, hasEnded } from './call.ts';
import type { Callback } from './callback.ts';
import { askAgain, type Command, doubt, enter, hangUp, hangUpLeg, type Scene, start } from './commands.ts';
import { acceptedChoice, isOtherLeg, type Recognized } from './evolve-callback.ts';
import { claimedLeg } from './evolve-claims.ts';
import { afterClaim } from './react-claims.ts';

/** How often a step is asked once more because its prompt could not be played. */
const REPEATS_AFTER_FAILED_PROMPT = 1;

/** What a callback causes, once it is part of the state. */
export function afterCallback(before: CallState | null, callback: Callback, scene: Scene): readonly Command[] {
  const leg = claimedLeg(scene.state, callback);
  if (leg !== null) return afterClaim(leg, scene);
  if (before && isOtherLeg(before, callback)) return endOtherLeg(callback, scene);
  if (hasEnded(scene.state)) return endRevived(callback, scene);
  switch (callback.name) {
    case 'connected':
      return scene.state.position.at === 'ringing' ? start(scene) : [];
    case 'recognized':
      return afterRecognize(before, callback, scene);
    case 'played':
      return afterPlay(callback, scene);
    case 'may-have-ended':
      return doubt(scene);
    default:
      return [];
  }
}

/** A second leg for one call must not stay open: whoever picked up would hear nothing. */
function endOtherLeg(callback: Callback, scene: Scene): readonly Command[] {
  if (callback.name !== 'connected' || !callback.callConnectionId) return [];
  return [hangUpLeg(scene, callback.callConnectionId, 'second-leg')];
}

/** We closed the call for want of word from the provider, and now somebody has picked up. */
function endRevived(callback: Callback, scene: Scene): readonly Command[] {
  const closedByUs = scene.state.ending?.by === 'closed';
  if (callback.name !== 'connected' || !closedByUs || !callback.callConnectionId) return [];
  return [hangUpLeg(scene, callback.callConnectionId, 'already-closed')];
}

function afterRecognize(before: CallState | null, callback: Recognized, scene: Scene): readonly Command[] {
  const { position } = scene.state;
  const ask = before?.asks.find((candidate) => candidate.commandId === callback.commandId);
  if (!ask || position.at !== 'asking' || ask.step !== position.step) return [];
  const isOpen = ask.commandId === position.commandId;
  const choice = acceptedChoice(ask, callback);
  // A key pressed for an earlier asking of the same step counts; the prompt that replaced it is cut off.
  if (choice) return enter(scene, choice.next, !isOpen);
  if (!isOpen || ask.result !== null) return [];
  const result = scene.state.asks.find((candidate) => candidate.commandId === ask.commandId)?.result;
  switch (result) {
    case 'wrong-key':
      return ask.lastChance ? enter(scene, ask.silence, false) : askAgain(scene, 'wrong-key');
    case 'silence':
      return enter(scene, ask.silence, false);
    case 'failed':
      return position.failures < REPEATS_AFTER_FAILED_PROMPT ? askAgain(scene, 'trouble') : apologise(scene);
    default:
      // Cancelled: by the call's end, or by a prompt that is already recorded. The deadline looks after the rest.
      return [];
  }
}

function apologise(scene: Scene): readonly Command[] {
  return enter(scene, scene.context.questionnaire?.apology ?? '', true, 'trouble');
}

/** The last words are over, or could not be said: either way the call is finished. */
function afterPlay(callback: Extract<Callback, { name: 'played' }>, scene: Scene): readonly Command[] {
  const { position, trouble } = scene.state;
  if (position.at !== 'saying' || callback.commandId !== position.commandId) return [];
  return hangUp(scene, trouble ? 'trouble' : 'finished');
}
