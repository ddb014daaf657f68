import type { StrayLeg } from './call.ts';
import {
  askAgain,
  type Command,
  checkCall,
  firstDial,
  hangUp,
  hangUpLeg,
  placeCall,
  type Scene,
  sayAgain,
} from './commands.ts';
import { giveUp, mayRedial } from './react-outcome.ts';
import { later } from './timing.ts';

/** What a passed deadline causes: every open call gets one careful step further, so every call ends. */
export function afterDeadline(scene: Scene): readonly Command[] {
  const { state, context } = scene;
  if (state.check) {
    return state.check.attempt < context.timing.checkAttempts
      ? checkCall(scene, state.check.attempt + 1)
      : giveUp(scene);
  }
  switch (state.position.at) {
    case 'queued':
      return state.cancelledAt ? hangUp(scene, 'cancelled') : [firstDial(scene)];
    case 'placing':
      return afterPlacing(scene);
    case 'ringing':
      return checkCall(scene, 1);
    case 'asking':
      return state.deadline?.missing === 'retry' ? askAgain(scene, 'trouble') : checkCall(scene, 1);
    case 'saying':
      return state.deadline?.missing === 'retry'
        ? sayAgain(scene)
        : hangUp(scene, state.trouble ? 'trouble' : 'finished');
    case 'hanging-up': {
      const again = state.position.attempt < context.timing.hangUpAttempts;
      return again ? hangUp(scene, 'finished') : [{ type: 'CloseCall', body: { because: 'no-word' } }];
    }
    case 'ended':
      return state.strays.flatMap((stray) => hangUpStray(scene, stray));
  }
}

/** Bounded, like everything: after that the leg is left to ACS, which ends every call in the end. */
function hangUpStray(scene: Scene, { callConnectionId, attempt }: StrayLeg): Command[] {
  if (attempt >= scene.context.timing.hangUpAttempts) return [];
  return [hangUpLeg(scene, callConnectionId, 'already-closed', attempt + 1)];
}

/**
 * Dials again under the same Repeatability-Request-ID while ACS surely remembers it, so that the phone rings once. Later
 * only if no attempt can have reached ACS, and then under a new id; otherwise the ringing may yet become a call.
 */
function afterPlacing(scene: Scene): readonly Command[] {
  const { state, at, context } = scene;
  if (state.position.at !== 'placing') return [];
  if (state.cancelledAt) return hangUp(scene, 'cancelled');
  const { place } = state.position;
  if (place.attempt < context.timing.placeAttempts && mayRedial(state, at, context.timing)) {
    const remembered = at < later(place.repeatabilityFirstSent, context.timing.redialWindowMs);
    const same = { id: place.repeatabilityRequestId, firstSent: place.repeatabilityFirstSent };
    return [placeCall(scene, place.attempt + 1, remembered ? same : { id: context.freshId, firstSent: at })];
  }
  return at >= place.resultBy ? checkCall(scene, 1) : [];
}
