import type { ReadStore } from '../../projections/ports.ts';
import type { CallState } from '../domain/call.ts';
import type { Deadlines } from './deadlines.ts';
import { errorCode } from './error-code.ts';
import type { Clock, Journal } from './ports.ts';
import type { Recorder } from './recorder.ts';

export type SweepDeps = {
  readonly readStore: Pick<ReadStore, 'open'>;
  readonly recorder: Pick<Recorder, 'load'>;
  readonly deadlines: Pick<Deadlines, 'knows'>;
  readonly takeUp: (state: CallState, graceMs: number) => void;
  readonly clock: Clock;
  readonly journal: Journal;
};

const EVERY_MS = 15_000;
/** Long enough for the instance that looks after a call to ring first when it is alive. */
export const TAKE_OVER_GRACE_MS = 5_000;

/**
 * Looks now and then for open calls that this instance does not know: they belong to another instance, and if that one is
 * dead their deadlines must ring here.
 */
export function startSweep(deps: SweepDeps): { close(): void } {
  const { clock, journal } = deps;
  let closed = false;
  let callOff = clock.after(EVERY_MS, () => void round());

  const round = async (): Promise<void> => {
    try {
      await sweep(deps);
    } catch (error) {
      journal.warn({ code: errorCode(error) }, 'open calls could not be looked through');
    }
    if (!closed) callOff = clock.after(EVERY_MS, () => void round());
  };

  return {
    close() {
      closed = true;
      callOff();
    },
  };
}

async function sweep({ readStore, recorder, deadlines, takeUp }: SweepDeps): Promise<void> {
  for (const callSessionId of await readStore.open()) {
    if (deadlines.knows(callSessionId)) continue;
    const state = await recorder.load(callSessionId);
    if (state?.deadline) takeUp(state, TAKE_OVER_GRACE_MS);
  }
}
