import type { AskStep, PublishedQuestionnaire, SayStep } from '../questionnaire/questionnaire.ts';
import type { AskQuestionBody, CommandBodies, CommandType, HangUpReason, Prompt, SayMessageBody } from './bodies.ts';
import type { CallState, Claim } from './call.ts';
import type { Reading } from './provider.ts';
import { later, type Timing } from './timing.ts';

/** A command that the flow wants, before it has an id. */
export type Command = { [T in CommandType]: { readonly type: T; readonly body: CommandBodies[T] } }[CommandType];

/** What deciding needs to know beside state and input. */
export type Context = {
  readonly timing: Timing;
  /** The script of this call; null when the log does not hold it, which ends the call carefully. */
  readonly questionnaire: PublishedQuestionnaire | null;
  /** The rules of this call; null when a later release has begun it: then everything is recorded and nothing follows. */
  readonly reading: Reading | null;
  /** For how long after it was first sent a dial may be sent again under its id, milliseconds. */
  readonly repeatSafeMs: number;
  /** A UUID v4 for this input, used when a command needs one. */
  readonly freshId: string;
};

/** State, time and context of one decision. */
export type Scene = { readonly state: CallState; readonly at: string; readonly context: Context };

export function placeCall(scene: Scene, attempt: number, dial: { id: string; firstSent: string }): Command {
  const { initiate } = scene.state;
  const { timing } = scene.context;
  return {
    type: 'PlaceCall',
    body: {
      attempt,
      to: initiate.phoneNumber,
      from: initiate.callerId,
      callbackUrl: initiate.callbackUrl,
      repeatabilityRequestId: dial.id,
      repeatabilityFirstSent: dial.firstSent,
      answerBy: later(scene.at, timing.answerMs),
      resultBy: later(scene.at, timing.ringMs),
    },
  };
}

export function firstDial(scene: Scene): Command {
  return placeCall(scene, 1, { id: scene.context.freshId, firstSent: scene.at });
}

/**
 * Goes to a step of the script. This is the second gate of "nothing but neutral words before a person is proven"
 * (the first is the lint when a script is loaded): a prompt for a person is never sent to an unproven line.
 */
export function enter(
  scene: Scene,
  stepName: string,
  interrupt: boolean,
  because: SayMessageBody['because'] = 'flow',
): Command[] {
  const step = scene.context.questionnaire?.steps[stepName];
  if (!step) return hangUp(scene, 'trouble');
  if (step.audience === 'person' && !scene.state.personProvenAt) return hangUp(scene, 'not-neutral');
  if (step.kind === 'say') return [say(scene, stepName, step, { attempt: 1, interrupt, because })];
  return [ask(scene, stepName, step, { attempt: 1, interrupt, because: 'first' })];
}

/** Asks the step once more that is being asked. */
export function askAgain(scene: Scene, because: Exclude<AskQuestionBody['because'], 'first'>): Command[] {
  const { position } = scene.state;
  if (position.at !== 'asking') return [];
  const step = scene.context.questionnaire?.steps[position.step];
  if (step?.kind !== 'ask') return hangUp(scene, 'trouble');
  return [
    ask(scene, position.step, step, { attempt: position.attempt + 1, interrupt: because === 'trouble', because }),
  ];
}

/** Says the step once more that is being said. */
export function sayAgain(scene: Scene): Command[] {
  const { position, trouble } = scene.state;
  if (position.at !== 'saying') return [];
  const step = scene.context.questionnaire?.steps[position.step];
  if (step?.kind !== 'say') return hangUp(scene, 'trouble');
  const because = trouble ? 'trouble' : 'flow';
  return [say(scene, position.step, step, { attempt: position.attempt + 1, interrupt: true, because })];
}

function ask(
  { state, at, context }: Scene,
  name: string,
  step: AskStep,
  { attempt, interrupt, because }: Pick<AskQuestionBody, 'attempt' | 'interrupt' | 'because'>,
): Command {
  const questionnaire = context.questionnaire!;
  const wrongKeys = state.position.at === 'asking' && state.position.step === name ? state.position.wrongKeys : 0;
  const repeats = wrongKeys + (because === 'wrong-key' ? 1 : 0);
  const silenceMs = questionnaire.silenceSeconds * context.timing.secondMs;
  const { answerBy, resultBy } = waits(at, context.timing, step.text, silenceMs);
  // Name by name, here and below: what begins with a spread has a hidden class of its own each time (V8 11.3) and is slow to read.
  return {
    type: 'AskQuestion',
    body: {
      attempt,
      interrupt,
      because,
      step: name,
      question: step.question ?? null,
      audience: step.audience,
      prompt: promptOf(questionnaire, name, step.text),
      keys: step.keys,
      silence: step.silence,
      lastChance: repeats >= questionnaire.repeatsAfterWrongKey,
      silenceSeconds: questionnaire.silenceSeconds,
      answerBy,
      resultBy,
    },
  };
}

function say(
  { at, context }: Scene,
  name: string,
  step: SayStep,
  { attempt, interrupt, because }: Pick<SayMessageBody, 'attempt' | 'interrupt' | 'because'>,
): Command {
  const prompt = promptOf(context.questionnaire!, name, step.text);
  const { answerBy, resultBy } = waits(at, context.timing, step.text, 0);
  return {
    type: 'SayMessage',
    body: { attempt, interrupt, because, step: name, audience: step.audience, prompt, answerBy, resultBy },
  };
}

/** ACS serves a cached prompt for an hour without looking at its text: the id must change with the script. */
function promptOf(questionnaire: PublishedQuestionnaire, name: string, text: string): Prompt {
  return { text, voice: questionnaire.voice, cacheId: `${questionnaire.hash.slice(0, 16)}-${name}` };
}

function waits(at: string, timing: Timing, text: string, silenceMs: number) {
  const speakMs = text.length * timing.speakMsPerCharacter;
  return {
    answerBy: later(at, timing.answerMs),
    resultBy: later(at, timing.answerMs + speakMs + silenceMs + timing.mediaMarginMs),
  };
}

/** Ends the call at ACS; without a known connection there is nothing to hang up and the call is closed. */
export function hangUp(scene: Scene, because: HangUpReason): Command[] {
  const { callConnectionId, position } = scene.state;
  if (!callConnectionId)
    return [{ type: 'CloseCall', body: { because: because === 'cancelled' ? 'cancelled' : 'no-word' } }];
  const attempt = position.at === 'hanging-up' ? position.attempt + 1 : 1;
  return [hangUpLeg(scene, callConnectionId, because, attempt)];
}

export function hangUpLeg(
  { at, context }: Scene,
  callConnectionId: string,
  because: HangUpReason,
  attempt = 1,
): Command {
  const answerBy = later(at, context.timing.answerMs);
  const resultBy = later(at, context.timing.answerMs + context.timing.hangUpMs);
  return { type: 'HangUp', body: { callConnectionId, attempt, because, answerBy, resultBy } };
}

/**
 * Asks ACS, once and beside the flow, whether a connected call is still there; nothing waits for it, because the flow's own
 * deadline stands. Not before the call is connected: a call that ACS is still connecting has not ended, and the ringing
 * has a deadline of its own.
 */
export function doubt({ state, at, context }: Scene): Command[] {
  const { callConnectionId, position } = state;
  const connected = ['asking', 'saying', 'hanging-up'].includes(position.at);
  if (!connected || !callConnectionId || state.check || state.doubt) return [];
  const answerBy = later(at, context.timing.answerMs);
  return [{ type: 'CheckCall', body: { callConnectionId, attempt: 1, answerBy, because: 'doubt' } }];
}

/**
 * Asks the provider what it knows of the call: of its connection or, when none is known as its own, of one that a callback
 * named. With neither there is nobody to ask about, and the call is closed.
 */
export function checkCall({ state, at, context }: Scene, attempt: number): Command[] {
  const claimed = state.claims.find(({ stands }) => stands !== 'refused')?.callConnectionId;
  const callConnectionId = state.callConnectionId ?? claimed;
  if (callConnectionId === undefined) return [{ type: 'CloseCall', body: { because: 'no-word' } }];
  const answerBy = later(at, context.timing.answerMs);
  return [{ type: 'CheckCall', body: { callConnectionId, attempt, answerBy } }];
}

/** Asks the provider whose a leg is that a callback named. */
export function askWhose({ at, context }: Scene, { callConnectionId, attempt }: Claim): Command {
  const answerBy = later(at, context.timing.answerMs);
  return { type: 'CheckCall', body: { callConnectionId, attempt: attempt + 1, answerBy, because: 'leg' } };
}

/** Begins with the prompt for anyone, when somebody or something has picked up. */
export function start(scene: Scene): Command[] {
  if (scene.state.cancelledAt) return hangUp(scene, 'cancelled');
  return enter(scene, scene.context.questionnaire?.start ?? '', false);
}
