import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import type { CallState } from '../../domain/call/call.ts';
import type { Recorded } from '../../domain/call/recorded.ts';
import type { Journal, WakeUp, WakeUpHandle, WakeUps } from '../ports.ts';
import type { Recorder } from '../recording/recorder.ts';
import { TAKE_OVER_GRACE_MS } from './take-over.ts';

/** Leaves word of open calls with a queue, and looks after the calls that it is reminded of. */
export type Reminders = {
  /** Begins to listen. */
  start(): void;
  /** Leaves word of a call that was just begun here; takes it back when nothing more is to be done for the call. */
  follow(state: CallState, recorded: readonly Recorded[]): void;
  /** Leaves word of a call that was found open and long overdue, as its message may be lost; once. */
  remind(state: CallState): void;
  /** In words, null when there is none. */
  problem(): string | null;
  /** Resolves when nothing is under way. */
  close(): Promise<void>;
};

export type RemindersDeps = {
  readonly wakeUps: WakeUps;
  readonly recorder: Pick<Recorder, 'load'>;
  /** Whether this instance watches over a call already. */
  readonly knows: (callSessionId: string) => boolean;
  readonly takeUp: (state: CallState, graceMs: number) => void;
  readonly clock: Clock;
  readonly journal: Journal;
};

/** How soon the queue is asked again after it had something, and after it has been empty for a while. */
const BUSY_MS = 1_000;
const IDLE_MS = 10_000;
/** A call whose deadline is further behind has lost its message, or waits for its turn behind many others. */
const OVERDUE_MS = 60_000;
/** When a message comes back whose call is looked after, or that could not be handled; doubled each time. */
const AGAIN_MS = 30_000;
const AGAIN_MAX_MS = 600_000;
/** A message that was in vain so often is for operators. */
const FAILURES_MAX = 5;

/**
 * One message follows an open call until its end, so that a deadline wakes an application that was scaled to zero, and
 * brings a dead instance's call to one that is alive. It comes some seconds after the deadline: whoever looks after the
 * call rings first when it is alive, and then the message is only put off. Ringing is an append, so of all who do it one
 * wins: that is the claim. Nothing depends on a message: the log tells who is open, at every start and every sweep. So
 * trouble with the queue is told and otherwise passed over.
 */
export function createReminders(deps: RemindersDeps): Reminders {
  const { wakeUps, clock, journal } = deps;
  const left = new Map<string, Promise<WakeUpHandle | null>>();
  const unsent = new Set<string>();
  const underWay = new Set<Promise<unknown>>();
  let trouble: string | null = null;
  let closed = false;
  let waitMs = BUSY_MS;
  let callOff = (): void => {};

  const run = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    const done = (): void => void underWay.delete(work);
    work.then(done, done);
    return work;
  };

  /** Once per trouble, not once per call. */
  const complain = (error: unknown): void => {
    const code = errorCode(error);
    if (trouble !== code) journal.warn({ code }, 'the wake-up queue cannot be used');
    trouble = code;
  };

  const leave = (callSessionId: string, delayMs: number): void => {
    const failed = (error: unknown): null => {
      complain(error);
      unsent.add(callSessionId);
      return null;
    };
    unsent.delete(callSessionId);
    left.set(callSessionId, run(wakeUps.send(callSessionId, delayMs).catch(failed)));
  };

  const takeBack = async (sent: Promise<WakeUpHandle | null>): Promise<void> => {
    const handle = await sent;
    if (handle) await wakeUps.remove(handle).catch(complain);
  };

  const forget = (callSessionId: string): void => {
    const sent = left.get(callSessionId);
    unsent.delete(callSessionId);
    if (left.delete(callSessionId) && sent) void run(takeBack(sent));
  };

  const setAside = async (wakeUp: WakeUp, code: string): Promise<void> => {
    await wakeUps.setAside(wakeUp);
    journal.error({ call: wakeUp.callSessionId, code }, 'a wake-up message was set aside');
  };

  const visit = async (wakeUp: WakeUp): Promise<void> => {
    const { callSessionId, visits } = wakeUp;
    if (callSessionId === null) return setAside(wakeUp, 'WAKE_UP_UNREADABLE');
    const failures = wakeUp.deliveries - 1 - visits;
    const state = await deps.recorder.load(callSessionId).catch((error: unknown) => ({ code: errorCode(error) }));
    if (state === null || 'code' in state) {
      const code = state?.code ?? 'WAKE_UP_UNKNOWN_CALL';
      // A log that cannot be read is back some time; what it holds of this call does not change by waiting.
      const hopeless = state === null || code === 'CALL_PARKED';
      if (hopeless && failures >= FAILURES_MAX) return setAside(wakeUp, code);
      return wakeUps.hide(wakeUp, again(failures), visits);
    }
    if (!state.deadline) return wakeUps.remove(wakeUp);
    const dueInMs = Date.parse(state.deadline.at) + TAKE_OVER_GRACE_MS - clock.now();
    if (dueInMs > 0) return wakeUps.hide(wakeUp, dueInMs, visits + 1);
    if (!deps.knows(callSessionId) && !closed) deps.takeUp(state, TAKE_OVER_GRACE_MS);
    return wakeUps.hide(wakeUp, again(visits), visits + 1);
  };

  const listen = async (): Promise<void> => {
    try {
      const received = await wakeUps.receive();
      trouble = null;
      waitMs = received.length > 0 ? BUSY_MS : Math.min(waitMs * 2, IDLE_MS);
      for (const callSessionId of unsent) leave(callSessionId, OVERDUE_MS);
      await Promise.all(received.map((wakeUp) => visit(wakeUp).catch(complain)));
    } catch (error) {
      complain(error);
      waitMs = IDLE_MS;
    }
    listenLater();
  };

  const listenLater = (): void => {
    if (!closed) callOff = clock.after(waitMs, () => void run(listen()));
  };

  return {
    start: listenLater,
    follow(state, recorded) {
      if (!state.deadline) return forget(state.callSessionId);
      if (!recorded.some(({ type }) => type === 'InitiateCall')) return;
      leave(state.callSessionId, Date.parse(state.deadline.at) + TAKE_OVER_GRACE_MS - clock.now());
    },
    remind(state) {
      if (!state.deadline) return forget(state.callSessionId);
      const overdueMs = clock.now() - Date.parse(state.deadline.at);
      if (overdueMs > OVERDUE_MS && !left.has(state.callSessionId)) leave(state.callSessionId, TAKE_OVER_GRACE_MS);
    },
    problem: () => (trouble === null ? null : `the wake-up queue cannot be used: ${trouble}`),
    async close() {
      closed = true;
      callOff();
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

function again(times: number): number {
  return Math.min(AGAIN_MS * 2 ** Math.max(0, times), AGAIN_MAX_MS);
}
