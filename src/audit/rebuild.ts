import type { CallRows, ReadStore, RebuildReport } from '../../projections/ports.ts';
import { rowsOf } from '../../projections/rows.ts';
import type { Provider } from '../domain/call/provider.ts';
import { foldStream } from '../domain/call/stream.ts';
import { isCallStream } from '../domain/streams.ts';
import { type CallEventLog, LogError } from '../log/port.ts';

/** `unreadable`: calls whose stream the store cannot give any more; they have no rows now. */
export type LogRebuildReport = RebuildReport & { readonly unreadable: readonly string[] };

/**
 * Builds the read models again from the log, beside the live ones, and swaps them in. It folds and writes rows: it has no
 * way to reach a telephone.
 * @param providers by whose rules the calls are read
 * @param onProgress told the number of calls so far, now and then
 */
export async function rebuildReadModels(
  log: Pick<CallEventLog, 'read' | 'registered'>,
  readStore: Pick<ReadStore, 'rebuild'>,
  providers: readonly Provider[],
  onProgress: (calls: number) => void = () => {},
): Promise<LogRebuildReport> {
  const unreadable: string[] = [];
  const report = await readStore.rebuild(rowsOfLog(log, providers, onProgress, unreadable));
  return { ...report, unreadable };
}

async function* rowsOfLog(
  log: Pick<CallEventLog, 'read' | 'registered'>,
  providers: readonly Provider[],
  onProgress: (calls: number) => void,
  unreadable: string[],
): AsyncIterable<CallRows> {
  let calls = 0;
  for await (const stream of log.registered()) {
    if (!isCallStream(stream)) continue;
    const rows = await rowsOfStream(log, providers, stream);
    if (rows === 'unreadable') unreadable.push(stream);
    if (rows === 'unreadable' || rows === null) continue;
    yield rows;
    calls += 1;
    if (calls % 500 === 0) onProgress(calls);
  }
}

/** A damaged stream must not keep the others from their rows. */
async function rowsOfStream(
  log: Pick<CallEventLog, 'read'>,
  providers: readonly Provider[],
  stream: string,
): Promise<CallRows | null | 'unreadable'> {
  try {
    const { state } = foldStream(providers, stream, await log.read(stream));
    return state && rowsOf(state);
  } catch (error) {
    if (error instanceof LogError && error.code === 'LOG_CORRUPT' && error.version !== undefined) return 'unreadable';
    throw error;
  }
}
