import { type CallState, hasEnded } from '../domain/call.ts';
import { errorCode } from './error-code.ts';
import type { Clock, Journal } from './ports.ts';
import type { Recorder } from './recorder.ts';

export type Deadlines = {
  /** Keeps the alarm of this call in step with its state. */
  watch(state: CallState): void;
  /** Calls that are open as far as this instance knows. */
  open(): number;
  knows(callSessionId: string): boolean;
  close(): void;
};

export type DeadlinesDeps = {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly recorder: () => Pick<Recorder, 'record'>;
};

/** When the log cannot take a passed deadline: often enough to go on soon, seldom enough not to press a sick store. */
const RETRY_MS = 2_000;

/** One alarm per open call: the deadline that its state carries. */
export function createDeadlines({ clock, journal, recorder }: DeadlinesDeps): Deadlines {
  const alarms = new Map<string, () => void>();
  let closed = false;

  const set = (callSessionId: string, delayMs: number): void => {
    alarms.get(callSessionId)?.();
    if (!closed)
      alarms.set(
        callSessionId,
        clock.after(Math.max(0, delayMs), () => void ring(callSessionId)),
      );
  };

  const ring = async (callSessionId: string): Promise<void> => {
    try {
      const at = new Date(clock.now()).toISOString();
      const { verdict, state } = await recorder().record(callSessionId, { type: 'Deadline', at });
      // Whatever was recorded has set the alarm anew; an early bell (another instance moved the deadline) has not.
      if (verdict !== 'recorded' && state) watch(state);
    } catch (error) {
      const code = errorCode(error);
      journal.error({ call: callSessionId, code }, 'deadline could not be recorded');
      set(callSessionId, RETRY_MS);
    }
  };

  const watch = (state: CallState): void => {
    if (hasEnded(state) || !state.deadline) {
      alarms.get(state.callSessionId)?.();
      alarms.delete(state.callSessionId);
      return;
    }
    set(state.callSessionId, Date.parse(state.deadline.at) - clock.now());
  };

  return {
    watch,
    open: () => alarms.size,
    knows: (callSessionId) => alarms.has(callSessionId),
    close() {
      closed = true;
      for (const callOff of alarms.values()) callOff();
      alarms.clear();
    },
  };
}
