import type { Clock } from '../../base/clock.ts';
import { type CallState, holdsLeg } from '../../domain/call/call.ts';
import type { Follower } from '../recording/followers.ts';
import type { Recorder } from '../recording/recorder.ts';

/** Follows calls, and knows which of those that this instance looks after may hold a leg. */
export type StandingCalls = Required<Follower> & {
  count(): number;
  /** Resolves when there is none any more: all have ended, or others go on with them. */
  over(): Promise<void>;
  /** Nothing is looked at any more, and whoever waits for the end waits no longer: these calls are another process's now. */
  close(): void;
};

export type StandingCallsDeps = {
  readonly load: Recorder['load'];
  readonly clock: Pick<Clock, 'after'>;
};

/** How often, while somebody waits for the end, the log is asked whether others go on with a call. */
const LOOK_MS = 2_000;

/**
 * Where instances share a log, the platform sends a closing one's callbacks to the others. Whoever has recorded one looks
 * after the call from then on, so a call whose stream has grown by another hand need not be waited for.
 */
export function createStandingCalls({ load, clock }: StandingCallsDeps): StandingCalls {
  const versions = new Map<string, number>();
  let waiting: (() => void)[] = [];
  let callOff = (): void => undefined;

  const release = (): void => {
    callOff();
    for (const resolve of waiting) resolve();
    waiting = [];
  };

  const settle = (): void => {
    if (versions.size === 0) release();
  };

  const note = (state: CallState): void => {
    if (holdsLeg(state)) versions.set(state.callSessionId, state.version);
    else versions.delete(state.callSessionId);
    settle();
  };

  const forget = (callSessionId: string): void => {
    versions.delete(callSessionId);
    settle();
  };

  /** The call as the log has it now. */
  const compare = ({ callSessionId, version }: CallState): void => {
    const known = versions.get(callSessionId);
    if (known !== undefined && version > known) versions.delete(callSessionId);
    settle();
  };

  const look = async (callSessionId: string): Promise<void> => {
    // What cannot be read now, or at all, is waited for as before.
    const state = await load(callSessionId).catch(() => null);
    if (state) compare(state);
  };

  const lookLater = (): void => {
    callOff = clock.after(LOOK_MS, async () => {
      await Promise.all([...versions.keys()].map(look));
      if (waiting.length > 0) lookLater();
    });
  };

  return {
    recorded: note,
    // With a grace it is another instance's, for as long as that one lives.
    takenUp: (state, graceMs) => (graceMs > 0 ? compare(state) : note(state)),
    letGo: forget,
    // Nobody hears of its end any more.
    setAside: forget,
    count: () => versions.size,
    over() {
      if (versions.size === 0) return Promise.resolve();
      if (waiting.length === 0) lookLater();
      return new Promise((resolve) => waiting.push(resolve));
    },
    close() {
      versions.clear();
      release();
    },
  };
}
