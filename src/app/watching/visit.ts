import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import type { CallState } from '../../domain/call/call.ts';
import { waitMs } from '../../domain/call/timing.ts';
import type { Journal, WakeUp, WakeUpHandle, WakeUps } from '../ports.ts';
import type { Recorder } from '../recording/recorder.ts';
import { TAKE_OVER_GRACE_MS } from './take-over.ts';

export type VisitDeps = {
  readonly wakeUps: Pick<WakeUps, 'hide' | 'remove' | 'setAside'>;
  readonly recorder: Pick<Recorder, 'load' | 'takeUp'>;
  /** How long it is until this instance acts on a call by itself, 0: on others' account; null: it does not watch over it. */
  readonly watchedMs: (callSessionId: string) => number | null;
  readonly clock: Clock;
  readonly journal: Journal;
};

/** When a message comes back whose call is looked after, or that could not be handled; doubled each time. */
const AGAIN_MS = 30_000;
const AGAIN_MAX_MS = 600_000;
/** A message that was in vain so often is for operators. */
const FAILURES_MAX = 5;

/** A message as it stands in the queue: how long it stays unseen, and how often it was put off. */
export type Hidden = { readonly handle: WakeUpHandle | null; readonly delayMs: number; readonly times: number };

/**
 * Looks after the call that a message is about: takes it up when it is overdue and nobody here watches over it.
 * @returns null: the message is gone
 * @throws an Error with a code when the queue cannot be used: then the message comes again by itself
 */
export async function visit(deps: VisitDeps, wakeUp: WakeUp): Promise<Hidden | null> {
  const { callSessionId } = wakeUp;
  if (callSessionId === null) return setAside(deps, wakeUp, 'WAKE_UP_UNREADABLE');
  const watchedMs = deps.watchedMs(callSessionId);
  if (watchedMs !== null) return putOff(deps, wakeUp, watchedMs);
  const state = await deps.recorder.load(callSessionId).catch((error: unknown) => ({ code: errorCode(error) }));
  if (state === null) return visitInVain(deps, wakeUp, 'WAKE_UP_UNKNOWN_CALL');
  if ('code' in state) return visitInVain(deps, wakeUp, state.code);
  return visitCall(deps, wakeUp, state);
}

/**
 * For how long to put off the message of a call that is watched over here: until this instance should have acted, and no longer
 * than others may wait for it if this one dies.
 * @param times how often it was put off before
 */
export function putOffMs(watchedMs: number, times: number): number {
  const dueMs = watchedMs > 0 ? watchedMs + TAKE_OVER_GRACE_MS : Number.POSITIVE_INFINITY;
  return Math.min(dueMs, againMs(times));
}

/** Who watches over the call learns of its end, and need not read it: the message comes again, if need be to somebody else. */
function putOff(deps: VisitDeps, wakeUp: WakeUp, watchedMs: number): Promise<Hidden> {
  return hide(deps, wakeUp, putOffMs(watchedMs, wakeUp.visits));
}

async function visitCall(deps: VisitDeps, wakeUp: WakeUp, state: CallState): Promise<Hidden | null> {
  const { wakeUps, recorder, clock, watchedMs } = deps;
  if (!state.deadline) {
    await wakeUps.remove(wakeUp);
    return null;
  }
  const leftMs = waitMs(state.deadline.at, state.updatedAt, clock.now()) + TAKE_OVER_GRACE_MS;
  if (leftMs > 0) return hide(deps, wakeUp, leftMs);
  if (watchedMs(state.callSessionId) === null) recorder.takeUp(state, TAKE_OVER_GRACE_MS);
  return hide(deps, wakeUp, againMs(wakeUp.visits));
}

/** The visit went well. */
async function hide({ wakeUps }: VisitDeps, wakeUp: WakeUp, delayMs: number): Promise<Hidden> {
  const times = wakeUp.visits + 1;
  return { handle: await wakeUps.hide(wakeUp, delayMs, times), delayMs, times };
}

async function visitInVain(deps: VisitDeps, wakeUp: WakeUp, code: string): Promise<Hidden | null> {
  const { visits } = wakeUp;
  const failures = wakeUp.deliveries - 1 - visits;
  // A log that cannot be read is back some time; what it holds of this call does not change by waiting.
  const isHopeless = code === 'WAKE_UP_UNKNOWN_CALL' || code === 'CALL_PARKED';
  if (isHopeless && failures >= FAILURES_MAX) return setAside(deps, wakeUp, code);
  const delayMs = againMs(failures);
  return { handle: await deps.wakeUps.hide(wakeUp, delayMs, visits), delayMs, times: visits };
}

async function setAside({ wakeUps, journal }: VisitDeps, wakeUp: WakeUp, code: string): Promise<null> {
  await wakeUps.setAside(wakeUp);
  journal.error({ call: wakeUp.callSessionId, code }, 'a wake-up message was set aside');
  return null;
}

function againMs(times: number): number {
  return Math.min(AGAIN_MS * 2 ** Math.max(0, times), AGAIN_MAX_MS);
}
