import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import type { CallState } from '../../domain/call/call.ts';
import { waitMs } from '../../domain/call/timing.ts';
import type { Journal, WakeUp, WakeUps } from '../ports.ts';
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

/**
 * Looks after the call that a message is about: takes it up when it is overdue and nobody here watches over it.
 * @throws an Error with a code when the queue cannot be used: then the message comes again by itself
 */
export async function visit(deps: VisitDeps, wakeUp: WakeUp): Promise<void> {
  const { callSessionId } = wakeUp;
  if (callSessionId === null) return setAside(deps, wakeUp, 'WAKE_UP_UNREADABLE');
  const watchedMs = deps.watchedMs(callSessionId);
  if (watchedMs !== null) return putOff(deps, wakeUp, watchedMs);
  const state = await deps.recorder.load(callSessionId).catch((error: unknown) => ({ code: errorCode(error) }));
  if (state === null) return visitInVain(deps, wakeUp, 'WAKE_UP_UNKNOWN_CALL');
  if ('code' in state) return visitInVain(deps, wakeUp, state.code);
  return visitCall(deps, wakeUp, state);
}

/** Who watches over the call learns of its end, and need not read it: the message comes again, if need be to somebody else. */
function putOff({ wakeUps }: VisitDeps, wakeUp: WakeUp, watchedMs: number): Promise<void> {
  const { visits } = wakeUp;
  const dueMs = watchedMs > 0 ? watchedMs + TAKE_OVER_GRACE_MS : Number.POSITIVE_INFINITY;
  return wakeUps.hide(wakeUp, Math.min(dueMs, againMs(visits)), visits + 1);
}

async function visitCall(
  { wakeUps, recorder, clock, watchedMs }: VisitDeps,
  wakeUp: WakeUp,
  state: CallState,
): Promise<void> {
  const { visits } = wakeUp;
  if (!state.deadline) return wakeUps.remove(wakeUp);
  const leftMs = waitMs(state.deadline.at, state.updatedAt, clock.now()) + TAKE_OVER_GRACE_MS;
  if (leftMs > 0) return wakeUps.hide(wakeUp, leftMs, visits + 1);
  if (watchedMs(state.callSessionId) === null) recorder.takeUp(state, TAKE_OVER_GRACE_MS);
  return wakeUps.hide(wakeUp, againMs(visits), visits + 1);
}

async function visitInVain(deps: VisitDeps, wakeUp: WakeUp, code: string): Promise<void> {
  const { visits } = wakeUp;
  const failures = wakeUp.deliveries - 1 - visits;
  // A log that cannot be read is back some time; what it holds of this call does not change by waiting.
  const isHopeless = code === 'WAKE_UP_UNKNOWN_CALL' || code === 'CALL_PARKED';
  if (isHopeless && failures >= FAILURES_MAX) return setAside(deps, wakeUp, code);
  return deps.wakeUps.hide(wakeUp, againMs(failures), visits);
}

async function setAside({ wakeUps, journal }: VisitDeps, wakeUp: WakeUp, code: string): Promise<void> {
  await wakeUps.setAside(wakeUp);
  journal.error({ call: wakeUp.callSessionId, code }, 'a wake-up message was set aside');
}

function againMs(times: number): number {
  return Math.min(AGAIN_MS * 2 ** Math.max(0, times), AGAIN_MAX_MS);
}
