import type { ReadStore } from '../../projections/ports.ts';
import { type CallState, hasEnded } from '../domain/call.ts';
import { type CallEventLog, LogError } from '../log/port.ts';
import { errorCode } from './error-code.ts';
import type { Clock, Journal } from './ports.ts';
import { CallParkedError, type Recorder } from './recorder.ts';
import { isCallStream } from './uuidv7.ts';

export type CatchUpDeps = {
  readonly log: Pick<CallEventLog, 'registered'>;
  readonly recorder: Pick<Recorder, 'load' | 'parked'>;
  readonly readStore: Pick<ReadStore, 'versions' | 'newestUpdate'>;
  readonly journal: Journal;
  /** Looks after the call from here on, and shows it. */
  readonly takeUp: (state: CallState) => void;
};

/** What the walk itself asks. */
type Batch = Omit<CatchUpDeps, 'readStore'> & { readonly readStore: Pick<ReadStore, 'versions'> };

export type CatchUpReport = { readonly calls: number; readonly open: number; readonly projected: number };

/** ACS ends a call after 30 hours (429/10110); one more for the clocks. */
export const LONGEST_CALL_MS = 31 * 3_600_000;
const BATCH = 500;

/**
 * After a start: finds the calls that are still open and sets their deadlines, and projects what the process before did
 * not. A call that can have changed after the newest row was written began at most the longest call earlier, so that is
 * where the walk starts; with empty read models it starts at the beginning.
 */
async function catchUp(deps: Batch, newest: string | null): Promise<CatchUpReport> {
  const since = newest === null ? undefined : new Date(Date.parse(newest) - LONGEST_CALL_MS);
  let report: CatchUpReport = { calls: 0, open: 0, projected: 0 };
  let batch: string[] = [];
  for await (const stream of deps.log.registered(since)) {
    if (!isCallStream(stream)) continue;
    batch.push(stream);
    if (batch.length < BATCH) continue;
    report = add(report, await catchUpBatch(deps, batch));
    batch = [];
  }
  return add(report, await catchUpBatch(deps, batch));
}

const RETRY_MS = 5_000;
/** A serverless database takes a minute to wake up, and a callback that woke this process is not given that long. */
const ANSWER_MS = 3_000;

/**
 * Catches up, also when the read models cannot be asked: the open calls must be looked after at once, what the rows lack
 * is written when they are back.
 */
export async function startCatchUp(deps: CatchUpDeps, clock: Clock): Promise<CatchUpReport> {
  const { readStore, journal } = deps;
  try {
    return await catchUp(deps, await inTime(readStore.newestUpdate(), clock));
  } catch (error) {
    if (error instanceof LogError) throw error;
    journal.warn({ code: errorCode(error) }, 'read models cannot be asked; they are caught up with later');
    const later = async (): Promise<void> => {
      try {
        await catchUp(deps, await readStore.newestUpdate());
      } catch {
        clock.after(RETRY_MS, () => void later());
      }
    };
    clock.after(RETRY_MS, () => void later());
    const now = new Date(clock.now()).toISOString();
    return catchUp({ ...deps, readStore: { versions: async () => new Map() } }, now);
  }
}

/** The read models have not answered in time. */
class LateError extends Error {
  override readonly name = 'LateError';
  readonly code = 'READ_STORE_LATE';
}

function inTime<T>(answer: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const callOff = clock.after(ANSWER_MS, () => reject(new LateError(`no answer in ${ANSWER_MS} ms`)));
    answer.then(resolve, reject).finally(callOff);
  });
}

async function catchUpBatch(deps: Batch, streams: readonly string[]): Promise<CatchUpReport> {
  const shown = await deps.readStore.versions(streams);
  let open = 0;
  let projected = 0;
  for (const stream of streams) {
    const state = await loadOrPark(deps, stream);
    if (!state) continue;
    if (!hasEnded(state)) open += 1;
    const behind = (shown.get(stream) ?? 0) < state.version;
    if (behind || state.deadline) deps.takeUp(state);
    if (behind) projected += 1;
  }
  return { calls: streams.length, open, projected };
}

/** A call that cannot be read is set aside and named, once; whoever walks over many calls goes on with the others. */
export async function loadOrPark(
  { recorder, journal }: Pick<CatchUpDeps, 'recorder' | 'journal'>,
  callSessionId: string,
): Promise<CallState | null> {
  if (recorder.parked().includes(callSessionId)) return null;
  try {
    return await recorder.load(callSessionId);
  } catch (error) {
    if (!(error instanceof CallParkedError)) throw error;
    journal.error({ call: callSessionId, code: error.code }, 'call set aside');
    return null;
  }
}

function add(a: CatchUpReport, b: CatchUpReport): CatchUpReport {
  return { calls: a.calls + b.calls, open: a.open + b.open, projected: a.projected + b.projected };
}
