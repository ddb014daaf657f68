import type { ReadStore } from '../../projections/ports.ts';
import type { Projector } from '../../projections/projector.ts';
import { type CallState, hasEnded } from '../domain/call.ts';
import type { CallEventLog } from '../log/port.ts';
import type { Journal } from './ports.ts';
import { CallParkedError, type Recorder } from './recorder.ts';
import { isCallStream } from './uuidv7.ts';

export type CatchUpDeps = {
  readonly log: Pick<CallEventLog, 'registered'>;
  readonly recorder: Pick<Recorder, 'load'>;
  readonly readStore: Pick<ReadStore, 'versions' | 'newestUpdate'>;
  readonly projector: Pick<Projector, 'changed'>;
  readonly journal: Journal;
  /** Looks after the call from here on. */
  readonly takeUp: (state: CallState) => void;
};

export type CatchUpReport = { readonly calls: number; readonly open: number; readonly projected: number };

/** ACS ends a call after 30 hours (429/10110); one more for the clocks. */
const LONGEST_CALL_MS = 31 * 3_600_000;
const BATCH = 500;

/**
 * After a start: finds the calls that are still open and sets their deadlines, and projects what the process before did
 * not. A call that can have changed after the newest row was written began at most the longest call earlier, so that is
 * where the walk starts; with empty read models it starts at the beginning.
 */
export async function catchUp(deps: CatchUpDeps): Promise<CatchUpReport> {
  const newest = await deps.readStore.newestUpdate();
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

async function catchUpBatch(deps: CatchUpDeps, streams: readonly string[]): Promise<CatchUpReport> {
  const shown = await deps.readStore.versions(streams);
  let open = 0;
  let projected = 0;
  for (const stream of streams) {
    const state = await loadOrPark(deps, stream);
    if (!state) continue;
    if (!hasEnded(state)) open += 1;
    deps.takeUp(state);
    if ((shown.get(stream) ?? 0) >= state.version) continue;
    deps.projector.changed(state);
    projected += 1;
  }
  return { calls: streams.length, open, projected };
}

/** A call that cannot be read is set aside and named; the start goes on with the others. */
async function loadOrPark({ recorder, journal }: CatchUpDeps, callSessionId: string): Promise<CallState | null> {
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
