import { waitMs } from '../../domain/call/timing.ts';
import type { WakeUp, WakeUps } from '../ports.ts';
import type { Follower } from '../recording/followers.ts';
import { createLeftMessages, type LeftMessages } from './left-messages.ts';
import { TAKE_OVER_GRACE_MS } from './take-over.ts';
import { createTrouble, type Trouble } from './trouble.ts';
import { createUnderWay, type UnderWay } from './under-way.ts';
import { type VisitDeps, visit } from './visit.ts';

/**
 * Follows calls: leaves word of those begun here, takes it back when nothing more is to be done for them, and leaves word once
 * of those taken up long overdue, as their message may be lost. Looks after the calls that it is reminded of.
 */
export type Reminders = Required<Follower> & {
  /** Begins to listen. */
  start(): void;
  /** Hears of no further calls; word of those that are known is left and taken back as before. */
  stop(): void;
  /** In words, null when there is none. */
  problem(): string | null;
  /** Resolves when nothing is under way. */
  close(): Promise<void>;
};

export type RemindersDeps = VisitDeps & { readonly wakeUps: WakeUps };

type Listening = {
  readonly deps: RemindersDeps;
  readonly messages: LeftMessages;
  readonly trouble: Trouble;
  readonly run: UnderWay['run'];
  closed: boolean;
  waitMs: number;
  callOff: () => void;
};

/** How soon the queue is asked again after it had something, and after it has been empty for a while. */
const BUSY_MS = 1_000;
const IDLE_MS = 10_000;
/** A call whose deadline is further behind has lost its message, or waits for its turn behind many others. */
const OVERDUE_MS = 60_000;

/**
 * One message follows an open call until its end, so that a deadline wakes an application that was scaled to zero, and
 * brings a dead instance's call to one that is alive. It comes some seconds after the deadline: whoever looks after the
 * call rings first when it is alive, and then the message is only put off. Ringing is an append, so of all who do it one
 * wins: that is the claim. Nothing depends on a message: the log tells who is open, at every start and every sweep. So
 * trouble with the queue is told and otherwise passed over.
 */
export function createReminders(deps: RemindersDeps): Reminders {
  const { wakeUps, clock, journal } = deps;
  const { run, settled } = createUnderWay();
  const trouble = createTrouble(journal, 'the wake-up queue cannot be used');
  const messages = createLeftMessages({ wakeUps, watchedMs: deps.watchedMs, clock, trouble, run });
  const listening: Listening = { deps, messages, trouble, run, closed: false, waitMs: BUSY_MS, callOff() {} };
  const stop = (): void => {
    listening.closed = true;
    listening.callOff();
    messages.stop();
  };
  return {
    start: () => listenLater(listening),
    stop,
    recorded(state, entries) {
      if (!state.deadline) return messages.takeBack(state.callSessionId);
      if (!entries.some(({ type }) => type === 'InitiateCall')) return;
      messages.leave(state.callSessionId, waitMs(state.deadline.at, state.updatedAt, clock.now()) + TAKE_OVER_GRACE_MS);
    },
    takenUp(state) {
      if (!state.deadline) return messages.takeBack(state.callSessionId);
      const overdueMs = -waitMs(state.deadline.at, state.updatedAt, clock.now());
      if (overdueMs > OVERDUE_MS && !messages.has(state.callSessionId)) {
        messages.leave(state.callSessionId, TAKE_OVER_GRACE_MS);
      }
    },
    // Who is brought it when the call is over removes it.
    letGo: messages.forget,
    // Its message stays: it brings the call before operators.
    setAside() {},
    problem: trouble.inWords,
    async close() {
      stop();
      await settled();
    },
  };
}

function listenLater(listening: Listening): void {
  const { deps, run, waitMs } = listening;
  if (!listening.closed) listening.callOff = deps.clock.after(waitMs, () => void run(listen(listening)));
}

async function listen(listening: Listening): Promise<void> {
  const { deps, messages, trouble } = listening;
  // Deadlines are closed before reminders: nobody would watch over a call that is taken up now.
  const watchedMs = (callSessionId: string): number | null => (listening.closed ? 0 : deps.watchedMs(callSessionId));
  try {
    const received = await deps.wakeUps.receive();
    trouble.over();
    listening.waitMs = received.length > 0 ? BUSY_MS : Math.min(listening.waitMs * 2, IDLE_MS);
    messages.leaveUnsent(OVERDUE_MS);
    const visitOne = async (wakeUp: WakeUp): Promise<void> => {
      const hidden = await visit({ ...deps, watchedMs }, wakeUp);
      if (hidden && wakeUp.callSessionId !== null) messages.keep(wakeUp.callSessionId, hidden);
    };
    await Promise.all(received.map((wakeUp) => visitOne(wakeUp).catch(trouble.tell)));
  } catch (error) {
    trouble.tell(error);
    listening.waitMs = IDLE_MS;
  }
  listenLater(listening);
}
