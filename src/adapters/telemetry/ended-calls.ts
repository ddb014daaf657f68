import type { Journal } from '../../app/ports.ts';
import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import type { CallState } from '../../domain/call/call.ts';
import { fold } from '../../domain/call/evolve.ts';
import type { Recorded } from '../../domain/call/recorded.ts';

type EndedCallsDeps = {
  readonly clock: Clock;
  readonly journal: Journal;
  /** The whole stream of a call, whoever wrote it. */
  readonly history: (callSessionId: string) => Promise<readonly Recorded[]>;
  /** Given each ended call once, with its stream; with nothing of it when that could not be read. */
  readonly write: (state: CallState, history: readonly Recorded[]) => void;
};

type EndedCalls = {
  observe(state: CallState, recorded: readonly Recorded[]): void;
  /** Writes every call that has ended, also those whose last word may still be to come. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

/** The answer to the hang-up, and answers overtaken by the end, come within seconds of it. */
export const LAST_WORD_MS = 10_000;

/** More than end within that time; beyond it something is stuck, and calls matter more than their traces. */
const WAITING_MAX = 10_000;

/**
 * Holds a call back for a moment after its end, then hands it over as the log has it. Reading the stream makes the trace
 * whole whichever instances handled the call, and nothing of open calls has to be kept here.
 */
export function createEndedCalls({ clock, journal, history, write }: EndedCallsDeps): EndedCalls {
  /** In the order in which they fall due. */
  const waiting = new Map<string, { readonly state: CallState; readonly dueMs: number }>();
  let work: Promise<void> = Promise.resolve();
  let callOff: (() => void) | null = null;

  const schedule = (): void => {
    const [first] = waiting.values();
    if (callOff || !first) return;
    callOff = clock.after(Math.max(first.dueMs - clock.monotonicMs(), 0), () => {
      callOff = null;
      work = work.then(() => writeUntil(clock.monotonicMs())).then(schedule);
    });
  };

  const writeUntil = async (ms: number): Promise<void> => {
    for (const [callSessionId, { state, dueMs }] of waiting) {
      if (dueMs > ms) return;
      waiting.delete(callSessionId);
      await writeOne(state);
    }
  };

  const writeOne = async (known: CallState): Promise<void> => {
    try {
      const entries = await history(known.callSessionId).catch((error: unknown) => {
        journal.warn({ code: errorCode(error) }, 'a trace could not be written: the log could not be read');
        return [];
      });
      write(fold(known.callSessionId, null, entries) ?? known, entries);
    } catch (error) {
      journal.error({ code: errorCode(error) }, 'a trace could not be written');
    }
  };

  const flush = (): Promise<void> => {
    work = work.then(() => writeUntil(Number.POSITIVE_INFINITY));
    return work;
  };

  return {
    observe(state, recorded) {
      const { callSessionId } = state;
      const known = waiting.get(callSessionId);
      if (known) waiting.set(callSessionId, { ...known, state });
      if (known || !hasJustEnded(state, recorded)) return;
      if (waiting.size >= WAITING_MAX) return write(state, []);
      waiting.set(callSessionId, { state, dueMs: clock.monotonicMs() + LAST_WORD_MS });
      schedule();
    },
    flush,
    async close() {
      callOff?.();
      callOff = null;
      await flush();
    },
  };
}

/** Whether one of these entries is the end: what is recorded after it leaves the time of the end as it was. */
function hasJustEnded({ ending }: CallState, recorded: readonly Recorded[]): boolean {
  return ending !== null && recorded.some((entry) => entry.at === ending.at && mayEnd(entry));
}

function mayEnd(entry: Recorded): boolean {
  if (entry.kind === 'callback') return entry.body.name === 'ended';
  return entry.type === 'Rejected' || entry.type === 'CloseCall';
}
