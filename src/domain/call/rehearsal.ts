import { isOneOf } from '../../base/one-of.ts';
import { KEYS, type Key, type PublishedQuestionnaire, questionNumbers } from '../questionnaire/questionnaire.ts';
import { languageOf, secondsToSpeak } from '../questionnaire/speaking.ts';
import type { AskQuestionBody, InitiateCallBody, SayMessageBody, SentCommand } from './bodies.ts';
import { type Answer, type AskResult, type CallState, type CallStatus, isSent } from './call.ts';
import { decide } from './decide.ts';
import type { Disposition } from './disposition.ts';
import type { Input } from './input.ts';
import { type Provider, signature, type Told, UNREADABLE } from './provider.ts';
import { callDisposition, callStatus } from './summary.ts';
import { later, TIMING } from './timing.ts';

/** What somebody does who is asked: presses a key, nothing, or hangs up. */
export const DEEDS = [...KEYS, 'silence', 'hang-up'] as const;

export type Deed = (typeof DEEDS)[number];

/** Longer than any script is with every wrong key. */
export const DEEDS_MAX = 500;

/** The deeds of a text such as `1,1,silence`; none for an empty one, null where something else stands in it. */
export function deedsIn(text: string): Deed[] | null {
  const words = text === '' ? [] : text.split(',');
  return words.length <= DEEDS_MAX && words.every((word): word is Deed => isOneOf(DEEDS, word)) ? words : null;
}

/** What is heard and done on the line, in its order. `atSeconds`: since the call was answered, about. */
export type RehearsalStep = { readonly atSeconds: number } & (
  | {
      readonly kind: 'spoken';
      readonly step: string;
      readonly text: string;
      readonly seconds: number;
      readonly because: AskQuestionBody['because'] | SayMessageBody['because'];
    }
  /** `value`: the answer that it is; null when the key is not offered. */
  | { readonly kind: 'pressed'; readonly key: Key; readonly result: AskResult; readonly value: string | null }
  | { readonly kind: 'silence'; readonly seconds: number }
  | { readonly kind: 'ended'; readonly by: 'member' | 'us' }
);

/** A call that is only tried, as far as it has come. */
export type Rehearsal = {
  readonly steps: readonly RehearsalStep[];
  /** What the prompt that was spoken last waits for; null: the call is over. */
  readonly awaits: { readonly keys: AskQuestionBody['keys']; readonly silenceSeconds: number } | null;
  readonly answers: readonly Answer[];
  readonly status: CallStatus;
  /** Null while it goes on. */
  readonly disposition: Disposition | null;
};

const CALL = '00000000-0000-7000-8000-000000000000';
const LEG = 'rehearsal';
/** Any moment does: a call knows only what has passed since. */
const START = '2000-01-01T00:00:00.000Z';

/**
 * Goes through a script as a call does, by the same rules and the provider's own reading, without a call: what the provider
 * would tell is made up. Pure: the same deeds give the same call, and nothing of it is kept anywhere.
 * @param deeds what is done at each prompt that asks, in their order; those that come after the end are nothing
 */
export function rehearse(script: PublishedQuestionnaire, provider: Provider, deeds: readonly Deed[]): Rehearsal {
  const line = lineTo(script, provider);
  line.begin();
  for (const deed of deeds.slice(0, DEEDS_MAX)) if (!line.does(deed)) break;
  return line.rehearsal();
}

/** The far end of the line: answers each command as the provider would, and tells what is done there. */
function lineTo(script: PublishedQuestionnaire, provider: Provider) {
  const { madeUp } = provider;
  const language = languageOf(script.voice);
  const steps: RehearsalStep[] = [];
  const waiting: SentCommand[] = [];
  let state: CallState | null = null;
  let asked: Extract<SentCommand, { type: 'AskQuestion' }> | null = null;
  let [seconds, events] = [0, 0];

  const take = (input: (at: string) => Input): void => {
    const at = later(START, Math.round(seconds * 1_000));
    const decision = decide(CALL, state, input(at), contextOf(script, provider));
    state = decision.state;
    for (const { recorded } of decision.drafts) {
      if (recorded.kind === 'command' && isSent(recorded.type)) waiting.push(recorded as SentCommand);
    }
  };
  const tell = ({ eventType, data }: Told): void => {
    events += 1;
    take((at) => ({ type: 'Callback', id: `event-${events}`, at, eventType, data, raw: '' }));
  };
  const say = ({ step, prompt: { text }, because }: AskQuestionBody | SayMessageBody): void => {
    const lasts = secondsToSpeak(text, language);
    steps.push({ kind: 'spoken', atSeconds: seconds, step, text, seconds: lasts, because });
    seconds += lasts;
  };
  const end = (by: 'member' | 'us'): void => {
    steps.push({ kind: 'ended', atSeconds: seconds, by });
    tell(madeUp.ended(LEG, by));
  };
  const serve = (command: SentCommand): void => {
    const { id: commandId, type: commandType } = command;
    const outcome = { type: 'Accepted', ...(commandType === 'PlaceCall' && { callConnectionId: LEG }) } as const;
    take((at) => ({ type: 'Outcome', at, commandId, commandType, outcome }));
    if (command.type === 'PlaceCall') tell(madeUp.connected(LEG));
    if (command.type === 'AskQuestion') {
      asked = command;
      say(command.body);
    }
    if (command.type === 'SayMessage') {
      say(command.body);
      tell(madeUp.said(LEG, commandId));
    }
    if (command.type === 'HangUp') end('us');
  };
  const serveAll = (): void => {
    for (let command = waiting.shift(); command; command = waiting.shift()) serve(command);
  };

  return {
    begin(): void {
      const body = openingOf(script, provider);
      take((at) => ({ type: 'InitiateCall', id: 'rehearsal', at, actor: 'rehearsal', body, dial: true }));
      serveAll();
    },
    /** False when nothing is asked any more. */
    does(deed: Deed): boolean {
      if (!asked) return false;
      const { id, body } = asked;
      asked = null;
      if (deed === 'hang-up') end('member');
      else if (deed === 'silence') {
        steps.push({ kind: 'silence', atSeconds: seconds, seconds: body.silenceSeconds });
        seconds += body.silenceSeconds;
        tell(madeUp.silent(LEG, id));
      } else {
        const atSeconds = seconds;
        tell(madeUp.pressed(LEG, id, deed));
        const result = resultOf(state, id);
        const value = result === 'key' ? (body.keys[deed]?.value ?? null) : null;
        steps.push({ kind: 'pressed', atSeconds, key: deed, result, value });
      }
      serveAll();
      return true;
    },
    rehearsal(): Rehearsal {
      const call = state!;
      const awaits = asked && { keys: asked.body.keys, silenceSeconds: asked.body.silenceSeconds };
      return { steps, awaits, answers: call.answers, status: callStatus(call), disposition: callDisposition(call) };
    },
  };
}

function resultOf(state: CallState | null, commandId: string): AskResult {
  return state?.asks.find((ask) => ask.commandId === commandId)?.result ?? 'cancelled';
}

function contextOf(questionnaire: PublishedQuestionnaire, { readings, repeatSafeMs }: Provider) {
  return { timing: TIMING, questionnaire, reading: readings.at(-1) ?? UNREADABLE, repeatSafeMs, freshId: CALL };
}

/** Numbers of nobody (reserved for fiction): nothing is dialled. */
function openingOf(script: PublishedQuestionnaire, provider: Provider): InitiateCallBody {
  const { id, version, hash } = script;
  return {
    memberId: 'rehearsal',
    phoneNumber: '+15550100001',
    callerId: '+15550100000',
    callbackUrl: 'https://rehearsal.invalid/',
    questionnaire: { id, version, hash },
    questions: questionNumbers(script).length,
    simulated: true,
    ...signature(provider),
  };
}
