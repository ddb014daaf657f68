import type { Clock } from '../../base/clock.ts';
import type { CallState } from '../../domain/call/call.ts';

/** The calls that are watched over as their end may be recorded elsewhere. */
export type QuietCalls = {
  watch(callSessionId: string): void;
  /** The call was heard of, so its end would have been too. */
  heard(callSessionId: string): void;
  forget(callSessionId: string): void;
  close(): void;
};

export type QuietCallsDeps = {
  readonly clock: Clock;
  /** The call as the log has it now. */
  readonly load: (callSessionId: string) => Promise<CallState | null>;
  readonly onLoaded: (state: CallState) => void;
};

/**
 * A call's callbacks reach any instance, so its end may be recorded elsewhere. A call that nothing was heard of for so long
 * is looked at: most calls say something more often, and a look is a request to the log.
 */
const QUIET_MS = 10_000;
const LOOK_MS = 5_000;

/** Looks at calls in the log that nothing was heard of for a while. */
export function createQuietCalls({ clock, load, onLoaded }: QuietCallsDeps): QuietCalls {
  const heardMs = new Map<string, number>();
  let closed = false;
  let callOff: (() => void) | null = null;

  const look = async (): Promise<void> => {
    callOff = null;
    const nowMs = clock.monotonicMs();
    const quiet = [...heardMs].filter(([, atMs]) => nowMs - atMs >= QUIET_MS);
    // What cannot be read now is looked at again; the place is renewed meanwhile.
    await Promise.all(quiet.map(([id]) => load(id).then((state) => state && onLoaded(state), ignore)));
    lookLater();
  };

  const lookLater = (): void => {
    if (!closed && !callOff && heardMs.size > 0) callOff = clock.after(LOOK_MS, () => void look());
  };

  return {
    watch(callSessionId) {
      heardMs.set(callSessionId, clock.monotonicMs());
      lookLater();
    },
    heard(callSessionId) {
      if (heardMs.has(callSessionId)) heardMs.set(callSessionId, clock.monotonicMs());
    },
    forget: (callSessionId) => void heardMs.delete(callSessionId),
    close() {
      closed = true;
      callOff?.();
    },
  };
}

function ignore(): void {}
