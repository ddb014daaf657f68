import { type CallRows, type ReadStore, ReadStoreError } from '../../../projections/ports.ts';
import { rowsOf } from '../../../projections/rows.ts';
import { isCallStream } from '../../domain/streams.ts';
import type { Recorder } from '../recording/recorder.ts';

/**
 * A call by callSessionId or callConnectionId, null for none. The read models may be some milliseconds behind, or away: a
 * call that they cannot show is read from the log, which knows calls by the first of these ids only.
 */
export async function statusOf(
  readStore: Pick<ReadStore, 'bySession' | 'byConnection'>,
  recorder: Pick<Recorder, 'load'>,
  id: string,
): Promise<CallRows | null> {
  const shown = await showing(readStore, id);
  if (shown !== null && !(shown instanceof Error)) return shown;
  const state = isCallStream(id) ? await recorder.load(id) : null;
  // To say that there is no such call would be wrong: nobody could be asked.
  if (!state && shown instanceof Error) throw shown;
  return state && rowsOf(state);
}

async function showing(
  readStore: Pick<ReadStore, 'bySession' | 'byConnection'>,
  id: string,
): Promise<CallRows | null | ReadStoreError> {
  try {
    return (await readStore.bySession(id)) ?? (await readStore.byConnection(id));
  } catch (error) {
    if (error instanceof ReadStoreError) return error;
    throw error;
  }
}
