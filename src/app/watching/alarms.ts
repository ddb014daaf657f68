import type { Clock } from '../../base/clock.ts';

/** One alarm at most for each of many. */
export type Alarms = {
  /** Runs `task` after so much time, and nothing that was set before. What is no positive number is no delay. */
  set(key: string, delayMs: number, task: () => void): void;
  callOff(key: string): void;
  has(key: string): boolean;
  /** How long it is until it rings, 0: it has rung; null: there is none. */
  leftMs(key: string): number | null;
  /** How many were set and not called off, those included that have rung. */
  count(): number;
  /** Calls all off, and sets none any more. */
  close(): void;
};

/** `timerMs`: when its timer runs out; Infinity: it has rung. */
type Alarm = { dueMs: number; task: () => void; timerMs: number; stop: () => void };

/**
 * A call's alarm is put off at each of its steps and hardly ever rings, so a timer that runs out sooner is left to run, and then
 * waits for the rest: starting a timer takes as long as recording what put it off.
 */
export function createAlarms({ monotonicMs, after }: Pick<Clock, 'monotonicMs' | 'after'>): Alarms {
  const alarms = new Map<string, Alarm>();
  let closed = false;

  /** Whole milliseconds, which take no room of their own. */
  const dueIn = (delayMs: number): number => Math.ceil(monotonicMs() + (delayMs > 0 ? delayMs : 0));

  const start = (key: string, dueMs: number, task: () => void): void => {
    const alarm: Alarm = { dueMs, task, timerMs: dueMs, stop() {} };
    alarms.set(key, alarm);
    alarm.stop = after(Math.max(0, dueMs - monotonicMs()), () => {
      if (alarm.dueMs > alarm.timerMs) return start(key, alarm.dueMs, alarm.task);
      alarm.timerMs = Number.POSITIVE_INFINITY;
      alarm.task();
    });
  };

  return {
    set(key, delayMs, task) {
      const dueMs = dueIn(delayMs);
      const alarm = alarms.get(key);
      if (alarm && alarm.timerMs <= dueMs && !closed) {
        alarm.dueMs = dueMs;
        alarm.task = task;
        return;
      }
      alarm?.stop();
      if (!closed) start(key, dueMs, task);
    },
    callOff(key) {
      alarms.get(key)?.stop();
      alarms.delete(key);
    },
    has: (key) => alarms.has(key),
    leftMs(key) {
      const alarm = alarms.get(key);
      return alarm ? Math.max(0, alarm.dueMs - monotonicMs()) : null;
    },
    count: () => alarms.size,
    close() {
      closed = true;
      for (const { stop } of alarms.values()) stop();
      alarms.clear();
    },
  };
}
