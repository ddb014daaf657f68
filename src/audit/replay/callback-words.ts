import type { Ask, CallState } from '../../domain/call/call.ts';
import type { Callback } from '../../domain/call/callback.ts';
import { acceptedChoice, isOtherLeg } from '../../domain/call/evolve-callback.ts';
import { claimedLeg } from '../../domain/call/evolve-claims.ts';
import type { RecordedCallback } from '../../domain/call/recorded.ts';
import { RESULT_WORDS } from './reasons.ts';
import { commandOf, nameOfPrompt, type Scene, shortType } from './scene.ts';

type Recognized = Extract<Callback, { name: 'recognized' }>;
type Ended = Extract<Callback, { name: 'ended' }>;

/** What was told to us, in words. */
export function callbackWords(callback: RecordedCallback, scene: Scene): string {
  const leg = legWords(callback.body, scene.before);
  const said = saidWords(callback, leg === '' ? scene : { ...scene, before: null });
  const { cause } = callback;
  const other = cause === null ? null : scene.earlier(({ kind, id }) => kind === 'callback' && id === cause);
  const contradicts = cause === null ? '' : `, under the identity of entry ${other?.version ?? 'that is missing'}`;
  return `${leg}${said}${contradicts}`;
}

function saidWords({ type, at, body }: RecordedCallback, scene: Scene): string {
  switch (body.name) {
    case 'connected':
      return scene.before?.connectedAt ? 'said again that the call is connected' : 'the call is connected';
    case 'ended':
      return endedWords(body, scene.before);
    case 'recognized':
      return recognizedWords(body, at, scene);
    case 'played':
      return playedWords(body, scene);
    case 'may-have-ended':
      return 'said that the call has ended, which it cannot prove';
    case 'other':
      return `sent ${shortType(type)}, which moves nothing${scene.after?.foreign ? ' here' : ''}`;
  }
}

/** What is said of another connection than the call's is not said of the call. */
function legWords(body: Callback, before: CallState | null): string {
  if (!before || body.name === 'other') return '';
  if (isOtherLeg(before, body)) return 'of another connection: ';
  const bound = body.binds || before.callConnectionId === body.callConnectionId;
  return !bound && claimedLeg(before, body) !== null ? 'of a connection not known as the call’s: ' : '';
}

function endedWords({ by, end }: Ended, before: CallState | null): string {
  if (before?.ending) return `said again that the call is over (${RESULT_WORDS[end.result]})`;
  if (end.result !== 'ended' && !before?.connectedAt) return RESULT_WORDS[end.result];
  if (before?.position.at === 'hanging-up') return 'the call was hung up, as ordered';
  const hungUp = end.hungUp === 'always' || (end.hungUp === 'if-answered' && before?.connectedAt);
  if (hungUp && by === 'disconnected') return 'hung up';
  return end.result === 'ended' ? 'the call is over' : RESULT_WORDS[end.result];
}

function recognizedWords(body: Recognized, at: string, scene: Scene): string {
  const ask = scene.before?.asks.find(({ commandId }) => commandId === body.commandId);
  if (!ask) return 'told the result of a question that was not asked in this call';
  return `${pressedWords(ask, body, latency(body.commandId, at, scene))}${lateness(ask, scene.before)}`;
}

function pressedWords(ask: Ask, body: Recognized, after: string): string {
  if (body.isCancelled) return 'the question was cut off';
  const choice = acceptedChoice(ask, body);
  const [key] = ask.keys['#'] ? body.keys : body.keys.filter((pressed) => pressed !== '#');
  if (choice) return `pressed ${key} = ${choice.value}${after}`;
  if (body.keys.length > 0) return `pressed ${nameOfKey(key ?? '#')}${after}, which is not offered`;
  return WITHOUT_WORDS[body.without];
}

/** What a question ended in when no key was pressed. */
export const WITHOUT_WORDS: Readonly<Record<Recognized['without'], string>> = {
  'wrong-key': 'pressed a key that is not offered',
  silence: 'silence',
  failed: 'the question failed',
};

function nameOfKey(key: string): string {
  return key === 'other' ? 'a key that few telephones have' : key;
}

/** From when the provider had taken the question until its result came. Nothing is said where the one was not recorded before the other. */
function latency(commandId: string | null, at: string, { earlier }: Scene): string {
  const taken = earlier(({ kind, type, cause }) => kind === 'outcome' && type === 'Accepted' && cause === commandId);
  const ms = taken ? Date.parse(at) - Date.parse(taken.recorded.at) : Number.NaN;
  return ms >= 0 ? ` after ${(ms / 1_000).toFixed(1)} s` : '';
}

function lateness({ commandId, question }: Ask, before: CallState | null): string {
  const position = before?.position;
  if (position?.at === 'asking' && position.commandId === commandId) return '';
  return question === null ? ', late' : `, late, to question ${question}`;
}

const PLAYED_WORDS = { completed: 'was said', failed: 'could not be said', cancelled: 'was cut off' } as const;

function playedWords({ commandId, how }: Extract<Callback, { name: 'played' }>, scene: Scene): string {
  const command = commandOf(scene, commandId);
  return `${command ? nameOfPrompt(command) : 'a message'} ${PLAYED_WORDS[how]}`;
}
