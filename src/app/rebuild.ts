import type { CallRows, ReadStore, RebuildReport } from '../../projections/ports.ts';
import { rowsOf } from '../../projections/rows.ts';
import type { CallEventLog } from '../log/port.ts';
import { foldStream } from './recorder.ts';
import { isCallStream } from './uuidv7.ts';

/**
 * Builds the read models again from the log, beside the live ones, and swaps them in. It folds and writes rows: it has no
 * way to reach a telephone.
 * @param onProgress told the number of calls so far, now and then
 */
export async function rebuildReadModels(
  log: Pick<CallEventLog, 'read' | 'registered'>,
  readStore: Pick<ReadStore, 'rebuild'>,
  onProgress: (calls: number) => void = () => {},
): Promise<RebuildReport> {
  return readStore.rebuild(rowsOfLog(log, onProgress));
}

async function* rowsOfLog(
  log: Pick<CallEventLog, 'read' | 'registered'>,
  onProgress: (calls: number) => void,
): AsyncIterable<CallRows> {
  let calls = 0;
  for await (const stream of log.registered()) {
    if (!isCallStream(stream)) continue;
    const { state } = foldStream(stream, await log.read(stream));
    if (!state) continue;
    yield rowsOf(state);
    calls += 1;
    if (calls % 500 === 0) onProgress(calls);
  }
}
