import type { ReadStore } from '../../../projections/ports.ts';
import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import { inTime } from '../../base/time-limit.ts';
import { type CallState, hasEnded } from '../../domain/call/call.ts';
import { LONGEST_CALL_MS } from '../../domain/call/timing.ts';
import { isCallStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { Journal } from '../ports.ts';
import { CallParkedError } from '../recording/parked.ts';
import type { Recorder } from '../recording/recorder.ts';

export type CatchUpDeps = {
  readonly log: Pick<CallEventLog, 'registered'>;
  readonly recorder: Pick<Recorder, 'load' | 'parked' | 'takeUp'>;
  readonly readStore: Pick<ReadStore, 'versions' | 'newestUpdate'>;
  readonly journal: Journal;
  /** How much later than others to act, where they may be alive; 0: there is nobody else. */
  readonly graceMs: number;
};

/** What the walk itself asks. */
type Batch = Omit<CatchUpDeps, 'readStore'> & { readonly readStore: Pick<ReadStore, 'versions'> };

export type CatchUpReport = { readonly calls: number; readonly open: number; readonly projected: number };

const BATCH = 500;

/**
 * After a start: finds the calls that are still open and sets their deadlines, and projects what the process before did
 * not. A call that can have changed after the newest row was written began at most the longest call earlier, so that is
 * where the walk starts; with empty read models it starts at the beginning.
 */
async function catchUp(deps: Batch, clock: Clock, newest: string | null): Promise<CatchUpReport> {
  // A row of the future was written before the clock was set back: it says nothing of the calls begun since then.
  const fromMs = newest === null ? null : Math.min(Date.parse(newest), clock.now());
  const since = fromMs === null ? undefined : new Date(fromMs - LONGEST_CALL_MS);
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
/**
 * How long a start waits for the read models, and then for the walk. A serverless database takes a minute to wake up, a
 * busy day's calls take as long to be read; the callback that woke this process is not given that long.
 */
const ANSWER_MS = 500;
const WALK_MS = 500;

export type CatchUpStart = {
  /** What was found until the start went on; all of it when the walk was over by then. */
  readonly found: CatchUpReport;
  /** Resolves when every call that may hold a leg is known. */
  readonly done: Promise<void>;
  /** Ends what is tried again and again: the stores may be gone. */
  close(): void;
};

/**
 * Catches up, also when the read models cannot be asked: the open calls must be looked after at once, what the rows lack
 * is written when they are back.
 * @throws LogError
 */
export async function startCatchUp(deps: CatchUpDeps, clock: Clock): Promise<CatchUpStart> {
  const newest = await newestInTime(deps, clock);
  const now = new Date(clock.now()).toISOString();
  const walk = async (): Promise<CatchUpReport> => {
    if (newest === 'away') return catchUp({ ...deps, readStore: { versions: async () => new Map() } }, clock, now);
    return catchUp(deps, clock, newest);
  };
  const retries = createRetries(clock);
  if (newest === 'away') {
    retries.later(async () => catchUp(deps, clock, await deps.readStore.newestUpdate()));
  }
  const walking = walk();
  const found = await inTime(walking, WALK_MS, clock.after);
  const { close } = retries;
  if (found !== 'late') return { found, done: Promise.resolve(), close };
  return { found: NOTHING, done: walking.then(() => {}).catch(() => retries.untilDone(walk)), close };
}

const NOTHING: CatchUpReport = { calls: 0, open: 0, projected: 0 };

async function newestInTime({ readStore, journal }: CatchUpDeps, clock: Clock): Promise<string | null | 'away'> {
  let code = 'READ_STORE_LATE';
  const answer = readStore.newestUpdate().catch((error: unknown) => {
    code = errorCode(error);
    return 'late' as const;
  });
  const newest = await inTime(answer, ANSWER_MS, clock.after);
  if (newest !== 'late') return newest;
  journal.warn({ code }, 'read models cannot be asked; they are caught up with later');
  return 'away';
}

type Work = () => Promise<unknown>;

/** Tries until it succeeds, or until it is closed. */
function createRetries(clock: Clock) {
  let isClosed = false;
  let callOff: () => void = () => {};
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      callOff = clock.after(RETRY_MS, resolve);
    });

  async function untilDone(work: Work): Promise<void> {
    while (!isClosed) {
      try {
        await work();
        return;
      } catch {
        if (!isClosed) await pause();
      }
    }
  }

  return {
    untilDone,
    later: (work: Work): void => void pause().then(() => untilDone(work)),
    close(): void {
      isClosed = true;
      callOff();
    },
  };
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
    if (behind || state.deadline) deps.recorder.takeUp(state, deps.graceMs);
    if (behind) projected += 1;
  }
  return { calls: streams.length, open, projected };
}

/** A call that cannot be read is set aside and named, once; whoever walks over many calls goes on with the others. */
export async function loadOrPark(
  { recorder, journal }: { readonly recorder: Pick<Recorder, 'load' | 'parked'>; readonly journal: Journal },
  callSessionId: string,
): Promise<CallState | null> {
  if (recorder.parked().includes(callSessionId)) return null;
  try {
    return await recorder.load(callSessionId);
  } catch (error) {
    if (!(error instanceof CallParkedError)) throw error;
    if (!error.isClosed) journal.error({ call: callSessionId, code: error.code }, 'call set aside');
    return null;
  }
}

function add(a: CatchUpReport, b: CatchUpReport): CatchUpReport {
  return { calls: a.calls + b.calls, open: a.open + b.open, projected: a.projected + b.projected };
}
