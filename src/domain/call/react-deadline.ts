import type { CallState, Claim, StrayLeg } from './call.ts';
import {
  askAgain,
  askWhose,
  type Command,
  checkCall,
  firstDial,
  hangUp,
  hangUpLeg,
  placeCall,
  type Scene,
  sayAgain,
} from './commands.ts';
import { askAboutClaims } from './react-claims.ts';
import { giveUp } from './react-outcome.ts';
import { mayRedial, safeUntil } from './retry.ts';
import { later, type Timing } from './timing.ts';

/** What a passed deadline causes: every open call gets one careful step further, so every call ends. */
export function afterDeadline(scene: Scene): readonly Command[] {
  const { state, context } = scene;
  if (state.check) {
    return state.check.attempt < context.timing.checkAttempts
      ? checkCall(scene, state.check.attempt + 1)
      : giveUp(scene);
  }
  if (state.deadline?.missing === 'end') return checkCall(scene, 1);
  switch (state.position.at) {
    case 'queued':
      if (state.cancelledAt) return hangUp(scene, 'cancelled');
      return hasWaitedTooLong(state, scene.at, context.timing) ? EXPIRED : [firstDial(scene)];
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
      return [
        ...state.strays.flatMap((stray) => hangUpStray(scene, stray)),
        ...state.claims.flatMap((claim) => askAgainWhose(scene, claim)),
      ];
  }
}

/** Bounded, like everything: after that the leg is left to ACS, which ends every call in the end. */
function hangUpStray(scene: Scene, { callConnectionId, attempt }: StrayLeg): Command[] {
  if (attempt >= scene.context.timing.hangUpAttempts) return [];
  return [hangUpLeg(scene, callConnectionId, 'already-closed', attempt + 1)];
}

function askAgainWhose(scene: Scene, claim: Claim): Command[] {
  if (claim.stands !== 'asked' || claim.attempt >= scene.context.timing.checkAttempts) return [];
  return [askWhose(scene, claim)];
}

const EXPIRED: readonly Command[] = [{ type: 'CloseCall', body: { because: 'expired' } }];

/** Whether a call that never rang is not to be dialled any more: nobody expects it at the hour at which its turn comes. */
function hasWaitedTooLong({ createdAt }: CallState, at: string, timing: Timing): boolean {
  return at >= later(createdAt, timing.queueMs);
}

/**
 * Dials again under the same Repeatability-Request-ID while the provider surely remembers it, so that the phone rings once.
 * Later only if no attempt can have reached it, and then under a new id; otherwise the ringing may yet become a call.
 */
function afterPlacing(scene: Scene): readonly Command[] {
  const { state, at, context } = scene;
  if (state.position.at !== 'placing') return [];
  if (state.cancelledAt) return hangUp(scene, 'cancelled');
  const { place, uncertain } = state.position;
  if (!uncertain && hasWaitedTooLong(state, at, context.timing)) return EXPIRED;
  if (place.attempt < context.timing.placeAttempts && mayRedial(state, at, context)) {
    const same = { id: place.repeatabilityRequestId, firstSent: place.repeatabilityFirstSent };
    const dial = at < safeUntil(state, context) ? same : { id: context.freshId, firstSent: at };
    return [placeCall(scene, place.attempt + 1, dial)];
  }
  return at >= place.resultBy ? checkCall(scene, 1) : askAboutClaims(scene);
}
