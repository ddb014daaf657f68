import type { Call, Moment } from '../calls/call.ts';
import { participantsUpdated } from '../calls/participants.ts';
import { chance } from '../faults/prng.ts';
import type { MediaHost, MediaOperation, MediaOutcome } from '../media/operations.ts';
import { createMediaQueue, type MediaQueue } from '../media/queue.ts';
import { type Reaction, reactionTo } from '../members/members.ts';
import { RESULTS, type ResultInformation, speechResult } from '../wire/results.ts';
import { keysOfTones, type Tone } from '../wire/tones.ts';
import { emit, note, type World } from '../world/world.ts';
import { terminalEvent } from './media-events.ts';

const DEFAULT_AFTER_MS = 1_500;
const DEFAULT_BETWEEN_MS = 250;

/**
 * The media queue of a call that has been answered, with the member listening.
 *
 * @param memberHangsUp what to do when the member has had enough
 */
export function openMedia(world: World, call: Call, memberHangsUp: () => void): MediaQueue {
  let reaction: Reaction = 'silent';
  const react = (duringPrompt: boolean) => {
    if (isDuringPrompt(reaction) === duringPrompt) scheduleReaction(world, call, reaction, memberHangsUp);
  };
  const begin = (kind: Moment['kind'], forMs: number): void => {
    const leftMs = world.timers.countDown(forMs);
    call.moment = { kind, forMs: leftMs(), leftMs };
  };
  const host: MediaHost = {
    after: (delayMs, run) => world.timers.after(delayMs, run),
    say(source) {
      const audio = world.hear(source);
      note(world, call, 'said', audio.text, audio.lang);
      begin('speaks', audio.durationMs);
      return audio.durationMs;
    },
    promptFailure: (operation, sourceIndex) => promptFailure(world, call, operation, sourceIndex, reaction),
    started(operation) {
      announceStart(world, call, operation);
      if (operation.kind !== 'recognize') return;
      call.recognizes++;
      reaction = reactionTo(call.behaviour, call.recognizes);
      react(true);
    },
    waits: (forMs) => begin('listens', forMs),
    listening: () => react(false),
    finished(operation, outcome) {
      call.moment = undefined;
      announceEnd(world, call, operation, outcome);
    },
  };
  return createMediaQueue(host);
}

/**
 * The member presses keys, one at once after the other.
 *
 * @returns false when the call is not connected
 */
export function pressKeys(world: World, call: Call, tones: readonly Tone[]): boolean {
  if (call.media === undefined) return false;
  for (const tone of tones) {
    note(world, call, 'pressed', keysOfTones([tone]));
    call.media?.press(tone);
  }
  return true;
}

function isDuringPrompt(reaction: Reaction): boolean {
  return typeof reaction === 'object' && reaction.duringPrompt === true;
}

/** People do what they are about to do although the question is over: a late or second key may meet the next one. */
function scheduleReaction(world: World, call: Call, reaction: Reaction, hangUp: () => void): void {
  if (reaction === 'silent' || reaction === 'prompt-fails') return;
  if (reaction === 'hang-up') {
    world.timers.after(DEFAULT_AFTER_MS, hangUp);
    return;
  }
  if ('hangUpAfterMs' in reaction) {
    world.timers.after(reaction.hangUpAfterMs, hangUp);
    return;
  }
  const { press, afterMs = DEFAULT_AFTER_MS, betweenMs = DEFAULT_BETWEEN_MS } = reaction;
  for (const [index, tone] of press.entries()) {
    world.timers.after(afterMs + index * betweenMs, () => pressKeys(world, call, [tone]));
  }
}

function promptFailure(
  world: World,
  call: Call,
  operation: MediaOperation,
  sourceIndex: number,
  reaction: Reaction,
): ResultInformation | undefined {
  const isSpoken = operation.sources[sourceIndex]?.kind !== 'file';
  const speechFails = chance(call.random('speech'), world.faults.speechFailureRate);
  if (isSpoken && speechFails) return speechResult(world.faults.speechFailureCode);
  if (operation.kind === 'recognize') return reaction === 'prompt-fails' ? RESULTS.promptFailed : undefined;
  return call.behaviour.playFails === true ? RESULTS.playFailed : undefined;
}

function announceStart(world: World, call: Call, operation: MediaOperation): void {
  const hasPrompt = operation.kind === 'play' || (world.faults.playStartedForPrompts && operation.sources.length > 0);
  if (!hasPrompt) return;
  const { operationContext, callbackUri } = operation;
  emit(world, call, { type: 'PlayStarted', operationContext, result: RESULTS.succeeded }, callbackUri);
  if (operation.kind === 'play' && operation.targeted) setHold(world, call, true);
}

function announceEnd(world: World, call: Call, operation: MediaOperation, outcome: MediaOutcome): void {
  if (outcome.kind === 'initial-silence') note(world, call, 'silence', '');
  if (outcome.kind === 'prompt-failed')
    note(world, call, 'prompt-failed', `${outcome.result.code}/${outcome.result.subCode}`);
  if (outcome.kind === 'canceled') note(world, call, 'canceled', operation.kind);
  emit(world, call, terminalEvent(operation, outcome), operation.callbackUri);
  if (call.sourceOnHold) setHold(world, call, false);
}

/** A play to one participant puts the other side on hold meanwhile, and the service says so. */
function setHold(world: World, call: Call, onHold: boolean): void {
  call.sourceOnHold = onHold;
  emit(world, call, participantsUpdated(call));
}
