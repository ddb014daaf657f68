import type { WakeUpHandle, WakeUps } from '../ports.ts';
import type { Trouble } from './trouble.ts';
import type { UnderWay } from './under-way.ts';

/** The messages that this instance has left with the queue, one a call. */
export type LeftMessages = {
  leave(callSessionId: string, delayMs: number): void;
  /** Takes the message of this call back, if one was left from here. */
  takeBack(callSessionId: string): void;
  has(callSessionId: string): boolean;
  /** Tries again what the queue would not take. */
  leaveUnsent(delayMs: number): void;
};

export type LeftMessagesDeps = {
  readonly wakeUps: Pick<WakeUps, 'send' | 'remove'>;
  readonly trouble: Trouble;
  readonly run: UnderWay['run'];
};

/** Leaves word of calls, and takes it back; trouble with the queue is told and otherwise passed over. */
export function createLeftMessages({ wakeUps, trouble, run }: LeftMessagesDeps): LeftMessages {
  const left = new Map<string, Promise<WakeUpHandle | null>>();
  const unsent = new Set<string>();

  const leave = (callSessionId: string, delayMs: number): void => {
    const failed = (error: unknown): null => {
      trouble.tell(error);
      unsent.add(callSessionId);
      return null;
    };
    unsent.delete(callSessionId);
    left.set(callSessionId, run(wakeUps.send(callSessionId, delayMs).catch(failed)));
  };

  const remove = async (sent: Promise<WakeUpHandle | null>): Promise<void> => {
    const handle = await sent;
    if (handle) await wakeUps.remove(handle).catch(trouble.tell);
  };

  return {
    leave,
    takeBack(callSessionId) {
      const sent = left.get(callSessionId);
      unsent.delete(callSessionId);
      if (left.delete(callSessionId) && sent) void run(remove(sent));
    },
    has: (callSessionId) => left.has(callSessionId),
    leaveUnsent(delayMs) {
      for (const callSessionId of unsent) leave(callSessionId, delayMs);
    },
  };
}
