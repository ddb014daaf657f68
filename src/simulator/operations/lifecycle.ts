import { countUp } from '../callbacks/counters.ts';
import type { Call } from '../calls/call.ts';
import { participantsUpdated } from '../calls/participants.ts';
import { chance } from '../faults/prng.ts';
import type { MediaOperation } from '../media/operations.ts';
import { answerOf, DECLINED, rings } from '../members/members.ts';
import { CALL_LIMIT_MS, HANG_UP_MS, SET_UP_LIMIT_MS } from '../wire/defaults.ts';
import { RESULTS, type ResultInformation } from '../wire/results.ts';
import { emit, note, type World } from '../world/world.ts';
import { publishCallEnded, publishCallStarted } from './call-events.ts';
import { openMedia } from './call-media.ts';
import { terminalEvent } from './media-events.ts';

const DEFAULT_RING_MS = 2_000;
const LATE_CANCELED_MS = 500;
const REFUSAL_MS = 200;

/** Puts a call through to the telephone network and lets it ring. */
export function dial(world: World, call: Call): void {
  const { to } = call.facts.request;
  const { behaviour, timers } = call;
  world.counters.dials++;
  countUp(world.counters.dialsByNumber, to);
  if (rings(behaviour)) {
    world.counters.rings++;
    countUp(world.counters.ringsByNumber, to);
    note(world, call, 'ringing', '');
  }
  timers.push(world.timers.after(SET_UP_LIMIT_MS, () => failSetUp(world, call, RESULTS.setUpTimedOut)));
  timers.push(world.timers.after(behaviour.ringMs ?? DEFAULT_RING_MS, () => answer(world, call)));
}

/** Lets a call fail without dialling, as the service does when the caller number has too many calls. */
export function refuseToDial(world: World, call: Call): void {
  call.timers.push(world.timers.after(REFUSAL_MS, () => failSetUp(world, call, RESULTS.tooManyCalls)));
}

/** The application hangs up; the call ends a little later. */
export function applicationHangsUp(world: World, call: Call): void {
  const wasAnswered = call.state === 'connected';
  call.state = 'disconnecting';
  cancelTimers(call);
  const finish = () => {
    if (wasAnswered) end(world, call, RESULTS.applicationHungUp);
    else failSetUp(world, call, RESULTS.canceledBeforeAnswer);
  };
  call.timers.push(world.timers.after(HANG_UP_MS, finish));
}

/** The member hangs up. Does nothing unless the call was answered and is not over. */
export function memberHangsUp(world: World, call: Call): boolean {
  if (call.media === undefined) return false;
  note(world, call, 'hung-up', '');
  end(world, call, RESULTS.memberHungUp);
  return true;
}

/** Somebody picks up a phone that rings for a person. False when it does not. */
export function personAnswers(world: World, call: Call): boolean {
  if (!isRingingForPerson(call)) return false;
  connect(world, call);
  return true;
}

/** Somebody declines, on a phone that rings for a person. False when it does not. */
export function personDeclines(world: World, call: Call): boolean {
  if (!isRingingForPerson(call)) return false;
  failSetUp(world, call, DECLINED);
  return true;
}

function isRingingForPerson({ state, behaviour }: Call): boolean {
  return state === 'connecting' && behaviour.answer === 'person';
}

/** Removes every trace of activity of a call, telling nobody. */
export function abandon(call: Call): void {
  cancelTimers(call);
  call.media?.close();
  call.media = undefined;
  call.moment = undefined;
  call.state = 'disconnected';
}

function answer(world: World, call: Call): void {
  const answered = answerOf(call.behaviour);
  if (answered === 'keeps-ringing') return;
  if (answered !== 'answers') {
    failSetUp(world, call, answered);
    return;
  }
  connect(world, call);
}

function connect(world: World, call: Call): void {
  cancelTimers(call);
  call.state = 'connected';
  call.connectedAtMs = world.timers.nowMs();
  call.media = openMedia(world, call, () => memberHangsUp(world, call));
  note(world, call, 'answered', '');
  const { operationContext } = call.facts.request;
  const connected = { type: 'CallConnected', operationContext, result: RESULTS.connected };
  const participants = participantsUpdated(call);
  const participantsFirst = chance(call.random('connect-order'), 0.5);
  for (const event of participantsFirst ? [participants, connected] : [connected, participants])
    emit(world, call, event);
  publishCallStarted(world, call);

  call.timers.push(world.timers.after(CALL_LIMIT_MS, () => end(world, call, RESULTS.lastedTooLong)));
  const { hangsUpAfterMs } = call.behaviour;
  if (hangsUpAfterMs !== undefined) {
    call.timers.push(world.timers.after(hangsUpAfterMs, () => memberHangsUp(world, call)));
  }
}

function failSetUp(world: World, call: Call, result: ResultInformation): void {
  close(world, call, result);
  note(world, call, 'not-answered', reason(result));
  const { operationContext } = call.facts.request;
  emit(world, call, { type: 'CreateCallFailed', operationContext, result });
  // Over Teams a call that nobody took ends in both words (Place server-initiated outbound calls, 28 Aug 2026).
  if (call.facts.request.from.kind === 'teams')
    emit(world, call, { type: 'CallDisconnected', operationContext, result });
}

function end(world: World, call: Call, result: ResultInformation): void {
  const cut = call.media?.close() ?? [];
  close(world, call, result);
  const isMissing = chance(call.random('missing-disconnected'), world.faults.missingCallDisconnectedRate);
  const isLate = chance(call.random('late-canceled'), world.faults.lateRecognizeCanceledRate);
  const late = isLate ? cut.filter(({ kind }) => kind === 'recognize') : [];
  for (const operation of cut) if (!late.includes(operation)) emitCanceled(world, call, operation);

  note(world, call, 'ended', reason(result));
  const { operationContext } = call.facts.request;
  call.gone = isMissing;
  if (!isMissing) emit(world, call, { type: 'CallDisconnected', operationContext, result });
  publishCallEnded(world, call, result);
  if (late.length === 0) return;
  call.timers.push(
    world.timers.after(LATE_CANCELED_MS, () => {
      for (const operation of late) emitCanceled(world, call, operation);
    }),
  );
}

function close(world: World, call: Call, result: ResultInformation): void {
  cancelTimers(call);
  call.media = undefined;
  call.moment = undefined;
  call.state = 'disconnected';
  call.endedAtMs = world.timers.nowMs();
  call.result = result;
  world.calls.ended(call);
}

function emitCanceled(world: World, call: Call, operation: MediaOperation): void {
  emit(world, call, terminalEvent(operation, { kind: 'canceled' }), operation.callbackUri);
}

function cancelTimers(call: Call): void {
  for (const cancel of call.timers.splice(0)) cancel();
}

function reason(result: ResultInformation): string {
  return `${result.code}/${result.subCode}`;
}
