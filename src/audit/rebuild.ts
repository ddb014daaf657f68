import { type CallRows, type ReadStore, ReadStoreError, type RebuildReport } from '../../projections/ports.ts';
import { rowsOf } from '../../projections/rows.ts';
import type { Provider } from '../domain/call/provider.ts';
import { foldStream } from '../domain/call/stream.ts';
import type { Entry } from '../domain/entries.ts';
import { isCallStream } from '../domain/streams.ts';
import { type CallEventLog, LogError } from '../log/port.ts';

type Log = Pick<CallEventLog, 'read' | 'registered'>;

/**
 * `unreadable`: calls of which the log makes no rows any more. The store cannot give their stream, or an entry in it is
 * damaged; they have no rows now.
 */
export type LogRebuildReport = RebuildReport & {
  readonly unreadable: readonly string[];
  /** How many calls had older rows than their newest entries would make, or none yet: see `Beside`. */
  readonly behind: number;
};

/** What else goes on. */
export type Beside = {
  /** Told the number of calls so far, now and then. */
  readonly onProgress?: (calls: number) => void;
  /**
   * ISO 8601 UTC: rows should show what was written before. Of calls that were written to since then a server may still be making
   * the rows, so that those which are behind do not count as differences. Absent: nobody else writes rows.
   */
  readonly lateBefore?: string;
};

/**
 * Builds the read models again from the log, beside the live ones, and swaps them in. It folds and writes rows: it has no
 * way to reach a telephone.
 * @param providers by whose rules the calls are read
 */
export async function rebuildReadModels(
  log: Log,
  readStore: Pick<ReadStore, 'rebuild' | 'versions'>,
  providers: readonly Provider[],
  { onProgress, lateBefore }: Beside = {},
): Promise<LogRebuildReport> {
  const attempt = async (): Promise<LogRebuildReport> => {
    const unreadable: string[] = [];
    const behind = new Set<string>();
    const rows = rowsOfLog(log, providers, unreadable, onProgress);
    const report = await readStore.rebuild(lateBefore ? notingLate(rows, readStore, lateBefore, behind) : rows);
    const differences = report.differences.filter((id) => !behind.has(id));
    return { ...report, differences, behind: behind.size, unreadable };
  };
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof ReadStoreError) || error.code !== 'READ_STORE_CORRUPT') throw error;
    // A store that can puts a new file in the place of the damaged one; one that cannot says the same again.
    return attempt();
  }
}

/** @param behind takes the calls whose rows are not made yet. Each is asked for as it passes, before it is compared. */
async function* notingLate(
  calls: AsyncIterable<CallRows>,
  readStore: Pick<ReadStore, 'versions'>,
  lateBefore: string,
  behind: Set<string>,
): AsyncIterable<CallRows> {
  for await (const call of calls) {
    const { callSessionId: id, updatedAt, version } = call.session;
    if (updatedAt >= lateBefore && ((await readStore.versions([id])).get(id) ?? 0) < version) behind.add(id);
    yield call;
  }
}

/**
 * The rows of every call of the log.
 * @param unreadable takes the calls of which there are none to make
 */
export async function* rowsOfLog(
  log: Log,
  providers: readonly Provider[],
  unreadable: string[],
  onProgress: (calls: number) => void = () => {},
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
  log: Log,
  providers: readonly Provider[],
  stream: string,
): Promise<CallRows | null | 'unreadable'> {
  const entries = await readStream(log, stream);
  if (entries === 'unreadable') return entries;
  try {
    const { state, head } = foldStream(providers, stream, entries);
    // Entries are missing: what the others add up to without them is no call that ever was.
    if (state && state.version !== head.version) return 'unreadable';
    return state && rowsOf(state);
  } catch {
    // Folding is pure: whatever it throws comes from these entries.
    return 'unreadable';
  }
}

async function readStream(log: Log, stream: string): Promise<readonly Entry[] | 'unreadable'> {
  try {
    return await log.read(stream);
  } catch (error) {
    if (error instanceof LogError && error.code === 'LOG_CORRUPT' && error.version !== undefined) return 'unreadable';
    throw error;
  }
}
