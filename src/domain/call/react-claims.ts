import type { CallState, Claim } from './call.ts';
import { hasEnded } from './call.ts';
import { askWhose, type Command, hangUpLeg, type Scene, start } from './commands.ts';

/** A callback has named a leg that is not known to be the call's: nobody speaks into it or ends it on that word alone. */
export function afterClaim(leg: string, scene: Scene): readonly Command[] {
  const claim = scene.state.claims.find(({ callConnectionId }) => callConnectionId === leg);
  if (claim?.stands !== 'heard' || isBeingPlaced(scene.state)) return [];
  return [askWhose(scene, claim)];
}

/** Asks about every leg that nobody has asked about yet. */
export function askAboutClaims(scene: Scene): readonly Command[] {
  return scene.state.claims.filter(({ stands }) => stands === 'heard').map((claim) => askWhose(scene, claim));
}

/** The answer to the dial is on its way, and names the leg. */
function isBeingPlaced({ position, deadline, callConnectionId }: CallState): boolean {
  return callConnectionId === null && position.at === 'placing' && deadline?.missing === 'answer';
}

/** The provider has said whose a leg is. @param claim the leg, before its answer */
export function afterClaimOutcome(claim: Claim, isOurs: boolean, scene: Scene): readonly Command[] {
  if (!isOurs) return [];
  const { state } = scene;
  const leg = claim.callConnectionId;
  if (hasEnded(state)) return claim.ending ? [] : [hangUpLeg(scene, leg, 'already-closed')];
  // A second leg for one call must not stay open: whoever picked up would hear nothing.
  if (state.callConnectionId !== leg) return claim.ending ? [] : [hangUpLeg(scene, leg, 'second-leg')];
  return state.connectedAt && state.position.at === 'ringing' ? start(scene) : [];
}
