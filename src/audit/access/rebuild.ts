import { isDeepStrictEqual } from 'node:util';
import type { AccessStore } from '../../../projections/access.ts';
import { isAccessStream } from '../../domain/streams.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';
import { accessRecords } from './records.ts';

/** `differences`: streams whose rows were not those that the log makes. `unreadable`: those that the log cannot give. */
export type AccessRebuildReport = {
  readonly records: number;
  readonly differences: readonly string[];
  readonly unreadable: readonly string[];
};

/**
 * Makes the rows of who looked those that the log makes, stream by stream, each in one transaction; beside running servers.
 * What is on its way into the rows meanwhile counts as a difference.
 * @throws LogError, ReadStoreError
 */
export async function rebuildAccess(
  log: Pick<CallEventLog, 'read' | 'registered'>,
  store: AccessStore,
  now: () => number,
): Promise<AccessRebuildReport> {
  const at = new Date(now()).toISOString();
  const [differences, unreadable]: [string[], string[]] = [[], []];
  let records = 0;
  // Asked first: what begins later is in the log before it is here.
  const streams = new Set(await store.streams());
  for await (const stream of log.registered()) if (isAccessStream(stream)) streams.add(stream);
  for (const stream of streams) {
    const found = await rebuildStream(log, store, stream);
    if (found === 'unreadable') {
      unreadable.push(stream);
      continue;
    }
    records += found.records;
    if (found.isDifferent) differences.push(stream);
  }
  await store.markCaughtUp(at);
  return { records, differences, unreadable };
}

async function rebuildStream(
  log: Pick<CallEventLog, 'read'>,
  store: AccessStore,
  stream: string,
): Promise<{ readonly records: number; readonly isDifferent: boolean } | 'unreadable'> {
  // The rows first: what they show by then, an honest log has.
  const shown = await store.ofStream(stream);
  const version = (await store.versions([stream])).get(stream) ?? 0;
  const wanted = await read(log, stream);
  if (wanted === 'unreadable') return wanted;
  const isSame = isDeepStrictEqual(shown, wanted.records) && version === wanted.version;
  if (!isSame) await store.replace(wanted);
  return { records: wanted.records.length, isDifferent: !isSame };
}

async function read(log: Pick<CallEventLog, 'read'>, stream: string) {
  try {
    return accessRecords(stream, await log.read(stream));
  } catch (error) {
    if (error instanceof LogError && error.code === 'LOG_CORRUPT' && error.version !== undefined) return 'unreadable';
    throw error;
  }
}
