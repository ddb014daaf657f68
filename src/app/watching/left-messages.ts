import type { Clock } from '../../base/clock.ts';
import type { WakeUpHandle, WakeUps } from '../ports.ts';
import { createAlarms } from './alarms.ts';
import type { Trouble } from './trouble.ts';
import type { UnderWay } from './under-way.ts';
import { type Hidden, putOffMs } from './visit.ts';

/** The messages of calls that this instance can put off and take back, one a call. */
export type LeftMessages = {
  leave(callSessionId: string, delayMs: number): void;
  /** The message that was brought here last, as it was hidden. */
  keep(callSessionId: string, hidden: Hidden): void;
  /** Takes the message of this call back, if it is known here. */
  takeBack(callSessionId: string): void;
  /** Leaves it to whoever is brought it. */
  forget(callSessionId: string): void;
  has(callSessionId: string): boolean;
  /** Tries again what the queue would not take. */
  leaveUnsent(delayMs: number): void;
  /** Puts nothing off any more. */
  stop(): void;
};

export type LeftMessagesDeps = {
  readonly wakeUps: Pick<WakeUps, 'send' | 'putOff' | 'remove'>;
  /** See VisitDeps. */
  readonly watchedMs: (callSessionId: string) => number | null;
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>;
  readonly trouble: Trouble;
  readonly run: UnderWay['run'];
};

/** `times`: how often it was put off. */
type Left = { readonly handle: Promise<WakeUpHandle | null>; readonly times: number };

/** A message is put off so much before it would be seen: less than the grace that any message has, more than a request takes. */
const BEFORE_MS = 2_000;

/**
 * Leaves word of calls, and takes it back; trouble with the queue is told and otherwise passed over.
 *
 * A message that is brought to an instance costs it a reading of the call where it knows nothing of it, and whoever puts it off
 * alone can take it back. So the message of a call that is watched over is put off before anybody is brought it.
 */
export function createLeftMessages({ wakeUps, watchedMs, clock, trouble, run }: LeftMessagesDeps): LeftMessages {
  const left = new Map<string, Left>();
  const unsent = new Set<string>();
  const alarms = createAlarms(clock);

  const note = (callSessionId: string, message: Left, delayMs: number): void => {
    left.set(callSessionId, message);
    alarms.set(callSessionId, delayMs - BEFORE_MS, () => putOff(callSessionId));
  };

  const leave = (callSessionId: string, delayMs: number): void => {
    const failed = (error: unknown): null => {
      trouble.tell(error);
      unsent.add(callSessionId);
      return null;
    };
    unsent.delete(callSessionId);
    note(callSessionId, { handle: run(wakeUps.send(callSessionId, delayMs).catch(failed)), times: 0 }, delayMs);
  };

  const drop = (callSessionId: string): void => {
    left.delete(callSessionId);
    alarms.callOff(callSessionId);
  };

  const forget = (callSessionId: string): void => {
    unsent.delete(callSessionId);
    drop(callSessionId);
  };

  const putOff = (callSessionId: string): void => {
    const message = left.get(callSessionId);
    const leftMs = watchedMs(callSessionId);
    if (!message || leftMs === null) {
      drop(callSessionId);
      return;
    }
    const delayMs = putOffMs(leftMs, message.times);
    const hide = async (): Promise<WakeUpHandle | null> => {
      const handle = await message.handle;
      return handle && wakeUps.putOff(handle, delayMs);
    };
    const failed = (error: unknown): Promise<WakeUpHandle | null> => {
      trouble.tell(error);
      return message.handle;
    };
    note(callSessionId, { handle: run(hide().catch(failed)), times: message.times + 1 }, delayMs);
  };

  const remove = async (sent: Promise<WakeUpHandle | null>): Promise<void> => {
    const handle = await sent;
    if (handle) await wakeUps.remove(handle).catch(trouble.tell);
  };

  return {
    leave,
    keep: (callSessionId, { handle, times, delayMs }) =>
      note(callSessionId, { handle: Promise.resolve(handle), times }, delayMs),
    takeBack(callSessionId) {
      const message = left.get(callSessionId);
      forget(callSessionId);
      if (message) void run(remove(message.handle));
    },
    forget,
    has: (callSessionId) => left.has(callSessionId),
    leaveUnsent(delayMs) {
      for (const callSessionId of unsent) leave(callSessionId, delayMs);
    },
    stop: alarms.close,
  };
}
