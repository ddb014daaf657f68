import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import { type CallState, holdsLeg, nextDial } from '../../domain/call/call.ts';
import type { Input } from '../../domain/call/input.ts';
import { later, type Timing, waitMs } from '../../domain/call/timing.ts';
import type { DialLines } from '../dialling/lines.ts';
import type { StillMember } from '../dialling/still-member.ts';
import type { Journal } from '../ports.ts';
import type { Follower } from '../recording/followers.ts';
import type { Recorder } from '../recording/recorder.ts';
import { createAlarms } from './alarms.ts';
import { TAKE_OVER_GRACE_MS } from './take-over.ts';

/** Follows calls, and keeps the alarm of each in step with its state. */
export type Deadlines = Required<Follower> & {
  /** Calls that are open as far as this instance knows. */
  open(): number;
  knows(callSessionId: string): boolean;
  /** How long it is until a call's alarm rings, 0: it has rung; null: it has none. */
  leftMs(callSessionId: string): number | null;
  close(): void;
};

export type DeadlinesDeps = {
  /** Where deadlines wait whose passing makes a phone ring. */
  readonly dialQueue: Pick<DialLines, 'enqueue' | 'leave'>;
  /** Asked when a call's turn has come. */
  readonly stillMember: StillMember;
  readonly timing: Pick<Timing, 'queueMs'>;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly recorder: Pick<Recorder, 'record' | 'takeUp' | 'load'>;
};

/** What came of a dial; `unknown`: it may be recorded yet. */
type Came = 'settled' | 'unknown';

/** When the log cannot take a passed deadline: often enough to go on soon, seldom enough not to press a sick store. */
const RETRY_MS = 2_000;

/** Why a call that waited is not made; it stands in the log. */
const REMOVED = 'the member was removed before it was dialled';

/**
 * One alarm per open call: the deadline that its state carries. Ringing it is an append, so of several instances that
 * watch over the same call one wins and the others find that the deadline has moved: that is how a call is taken over.
 *
 * An alarm waits for time to go by, whatever the clock is set to meanwhile: forward, it would interrupt every conversation
 * with a question that was just asked; back, it would leave every call alone for as long.
 */
export function createDeadlines(deps: DeadlinesDeps): Deadlines {
  const { clock, journal, recorder, dialQueue, stillMember, timing } = deps;
  const alarms = createAlarms(clock);

  /** @param again what to do when the log cannot take it: the way it came, so that a dial waits for its turn anew */
  const record = async (callSessionId: string, input: Input, again: () => void): Promise<Came> => {
    try {
      const { verdict, state } = await recorder.record(callSessionId, input);
      // Whatever was recorded has set the alarm anew; finding that another instance has moved the deadline has not.
      if (verdict !== 'recorded' && state) recorder.takeUp(state, TAKE_OVER_GRACE_MS);
      return 'settled';
    } catch (error) {
      const code = errorCode(error);
      journal.error({ call: callSessionId, code }, 'deadline could not be recorded');
      if (code !== 'CALL_PARKED') alarms.set(callSessionId, RETRY_MS, again);
      return code === 'LOG_UNKNOWN_OUTCOME' ? 'unknown' : 'settled';
    }
  };

  const ring = (state: CallState, deadline: string, again: () => void) =>
    record(state.callSessionId, passing(state, deadline, clock.now()), again);

  /**
   * A deadline seldom passes of a call in which nothing has happened: most likely another instance has moved it on, so that an
   * append would be refused, and the call be read after all.
   */
  const ringUnlessMoved = async (state: CallState, deadline: string, again: () => void): Promise<void> => {
    const now = await recorder.load(state.callSessionId).catch(() => null);
    if (now && now.version !== state.version) recorder.takeUp(now, TAKE_OVER_GRACE_MS);
    else await ring(state, deadline, again);
  };

  /** A call whose turn has come. One that may hold a leg is dialled again only to learn what became of it. */
  const dial = async (state: CallState, deadline: string, again: () => void): Promise<Came> => {
    const { callSessionId, createdAt, updatedAt } = state;
    const isOver = waitMs(later(createdAt, timing.queueMs), updatedAt, clock.now()) <= 0;
    const standing = isOver || holdsLeg(state) ? 'dial' : await stillMember(state);
    if (standing === 'dial') return ring(state, deadline, again);
    if (standing === 'removed') return record(callSessionId, removal(callSessionId, clock.now()), again);
    // It may have been cancelled meanwhile.
    if (alarms.has(callSessionId)) alarms.set(callSessionId, RETRY_MS, again);
    return 'settled';
  };

  /** Its turn may not come in time, as when dialling is paused: then it is told so, and its member may be called anew. */
  const expireLater = (state: CallState): void => {
    const { callSessionId, createdAt, updatedAt } = state;
    const expiry = later(createdAt, timing.queueMs);
    const expire = (): void => {
      dialQueue.leave(callSessionId);
      void ring(state, expiry, expire);
    };
    alarms.set(callSessionId, waitMs(expiry, updatedAt, clock.now()), expire);
  };

  const watch = (state: CallState, graceMs: number): void => {
    const { callSessionId, deadline } = state;
    dialQueue.leave(callSessionId);
    if (!deadline) {
      alarms.callOff(callSessionId);
      return;
    }
    const due = (): void => {
      if (nextDial(state) === null) return void ringUnlessMoved(state, deadline.at, due);
      dialQueue.enqueue(state, () => dial(state, deadline.at, due));
      if (!holdsLeg(state)) expireLater(state);
    };
    // The grace comes on top, however long it is past: by a clock that is ahead each deadline of others is.
    alarms.set(callSessionId, Math.max(0, waitMs(deadline.at, state.updatedAt, clock.now())) + graceMs, due);
  };

  return {
    recorded: (state) => watch(state, 0),
    takenUp: watch,
    letGo: alarms.callOff,
    setAside: alarms.callOff,
    open: alarms.count,
    knows: alarms.has,
    leftMs: alarms.leftMs,
    close: alarms.close,
  };
}

/**
 * Whoever has a turn has it for one attempt: of a call that others have brought further meanwhile it makes no other. Nor is another
 * deadline passed by the alarm of the one before, which by a clock that was set forward would be over at once.
 */
function passing(state: CallState, deadline: string, nowMs: number): Input {
  // The alarm ran for as long as it had to; a clock that was set back meanwhile does not undo that.
  const at = new Date(Math.max(nowMs, Date.parse(deadline))).toISOString();
  return { type: 'Deadline', at, ...(state.deadline && { of: state.deadline.at }), dial: nextDial(state) };
}

/** Why a call that waited is not made. */
function removal(callSessionId: string, nowMs: number): Input {
  const at = new Date(nowMs).toISOString();
  return { type: 'CancelCall', id: `${callSessionId}/removed`, at, actor: 'server', reason: REMOVED };
}
