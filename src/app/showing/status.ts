import { type CallRows, type ReadStore, ReadStoreError } from '../../../projections/ports.ts';
import { rowsOf } from '../../../projections/rows.ts';
import { foldUuid } from '../../base/uuid.ts';
import type { CallState } from '../../domain/call/call.ts';
import { isCallStream } from '../../domain/streams.ts';
import type { CallStanding } from '../api.ts';
import { CallParkedError } from '../recording/parked.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { SimulatedCalls } from './simulated.ts';

/**
 * A call by callSessionId or callConnectionId, UUIDs in any case, null for none. The read models may be some milliseconds behind, or away: a
 * call that they cannot show is read from the log, which knows calls by the first of these ids only.
 */
export async function statusOf(
  readStore: Pick<ReadStore, 'byAnyId'>,
  calls: { readonly recorder: Pick<Recorder, 'load'>; readonly simulated: Pick<SimulatedCalls, 'of'> },
  id: string,
): Promise<CallStanding | null> {
  const shown = await showing(readStore, id);
  if (shown !== null && !(shown instanceof Error)) {
    const { session, responses } = shown;
    return { session, responses, simulated: await calls.simulated.of(session.callSessionId) };
  }
  const own = foldUuid(id);
  const state = isCallStream(own) ? await calls.recorder.load(own) : null;
  // To say that there is no such call would be wrong: nobody could be asked.
  if (!state && shown instanceof Error) throw shown;
  return state && { ...rowsOrParked(state), simulated: state.initiate.simulated ?? false };
}

/** A state that makes no rows comes from a stream that cannot be handled, as one does that cannot be folded. */
function rowsOrParked(state: CallState): CallRows {
  try {
    return rowsOf(state);
  } catch (error) {
    throw new CallParkedError(state.callSessionId, { cause: error });
  }
}

async function showing(readStore: Pick<ReadStore, 'byAnyId'>, id: string): Promise<CallRows | null | ReadStoreError> {
  try {
    return await readStore.byAnyId(id, foldUuid(id));
  } catch (error) {
    if (error instanceof ReadStoreError) return error;
    throw error;
  }
}
