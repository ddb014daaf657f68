import { type CallState, hasEnded } from './call.ts';
import {
  askAgain,
  type Command,
  checkCall,
  enter,
  hangUp,
  hangUpLeg,
  type Scene,
  sayAgain,
  start,
} from './commands.ts';
import type { Input } from './input.ts';
import { afterClaimOutcome, askAboutClaims } from './react-claims.ts';
import type { RecordedOutcome } from './recorded.ts';

type OutcomeInput = Input & { readonly type: 'Outcome' };

/** What the answer to a command causes, once it is part of the state. */
export function afterOutcome(
  before: CallState | null,
  { commandType, commandId }: OutcomeInput,
  outcome: RecordedOutcome,
  scene: Scene,
): readonly Command[] {
  switch (commandType) {
    case 'PlaceCall':
      return afterPlace(outcome, scene);
    case 'AskQuestion':
    case 'SayMessage':
      return afterMedia(commandId, outcome, scene);
    case 'CheckCall':
      return before ? afterCheckCall(before, commandId, outcome, scene) : [];
    case 'HangUp':
      // A hang-up that failed for good is seen again at its deadline.
      return [];
  }
}

function afterPlace(outcome: RecordedOutcome, scene: Scene): readonly Command[] {
  const { state } = scene;
  // Without its answer nobody but the provider can say whose the legs are that were named meanwhile.
  if (outcome.type !== 'Accepted') return askAboutClaims(scene);
  const leg = outcome.body.callConnectionId;
  if (!leg) return [];
  if (state.callConnectionId !== leg) return [hangUpLeg(scene, leg, 'second-leg')];
  if (hasEnded(state)) return state.ending?.by === 'closed' ? [hangUpLeg(scene, leg, 'already-closed')] : [];
  if (state.position.at !== 'ringing') return [];
  if (state.cancelledAt) return hangUp(scene, 'cancelled');
  // Somebody picked up before the answer came.
  return state.connectedAt ? start(scene) : [];
}

function afterMedia(commandId: string, outcome: RecordedOutcome, scene: Scene): readonly Command[] {
  const { position, deadline } = scene.state;
  if ((position.at !== 'asking' && position.at !== 'saying') || position.commandId !== commandId) return [];
  if (outcome.type === 'Accepted' || deadline?.missing === 'retry') return [];
  // It is over, they say: how it ended is still to be told.
  if (deadline?.missing === 'end') return [];
  // Play and recognize carry no idempotency: look before saying it twice.
  if (outcome.type === 'Unknown') return checkCall(scene, 1);
  const repeats = position.at === 'asking' ? position.failures : position.attempt - 1;
  return outcome.refusal.means === 'conflict' && repeats === 0 ? checkCall(scene, 1) : hangUp(scene, 'trouble');
}

function afterCheckCall(
  before: CallState,
  commandId: string,
  outcome: RecordedOutcome,
  scene: Scene,
): readonly Command[] {
  if (before.doubt === commandId) return afterDoubt(outcome, scene);
  if (before.check?.commandId === commandId) {
    return before.check.leg === before.callConnectionId
      ? afterCheck(outcome, scene)
      : afterLegCheck(before.check, outcome, scene);
  }
  // The answer to a check that a newer command has superseded moves nothing.
  const claim = before.claims.find((candidate) => candidate.commandId === commandId);
  return claim ? afterClaimOutcome(claim, isOurs(outcome), scene) : [];
}

function afterCheck(outcome: RecordedOutcome, scene: Scene): readonly Command[] {
  if (hasEnded(scene.state)) return [];
  if (outcome.type !== 'Accepted') return scene.state.deadline?.missing === 'retry' ? [] : giveUp(scene);
  if (outcome.standing === 'over') return [{ type: 'CloseCall', body: { because: 'gone' } }];
  return oneStepOn(scene, outcome.standing === 'connected');
}

/** The call had no leg of its own: it goes on in this one, or the next is asked about, or there is no word of it. */
function afterLegCheck(
  { leg, attempt }: NonNullable<CallState['check']>,
  outcome: RecordedOutcome,
  scene: Scene,
): readonly Command[] {
  const { state } = scene;
  if (hasEnded(state) || state.deadline?.missing === 'retry') return [];
  if (state.callConnectionId === leg) return afterCheck(outcome, scene);
  const isNext = attempt < scene.context.timing.checkAttempts && state.claims.some(({ stands }) => stands === 'heard');
  return isNext ? checkCall(scene, attempt + 1) : giveUp(scene);
}

function isOurs(outcome: RecordedOutcome): boolean {
  return outcome.type === 'Accepted' && outcome.body.ours === true;
}

/** Event Grid's word is only believed when the provider says the same; nothing was overdue, so otherwise the flow goes on. */
function afterDoubt(outcome: RecordedOutcome, scene: Scene): readonly Command[] {
  if (hasEnded(scene.state) || outcome.type !== 'Accepted' || outcome.standing !== 'over') return [];
  return [{ type: 'CloseCall', body: { because: 'gone' } }];
}

/** The provider still has the call, so the result that we waited for is lost: one careful step on. */
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
