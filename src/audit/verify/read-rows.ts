import type { CallRows, ReadStore } from '../../../projections/ports.ts';
import { errorCode } from '../../base/coded-error.ts';

/** What the read models have of a call: its rows, or `damaged` ones, and the version that they show, if that can be read. */
export type ReadRows = { readonly rows: CallRows | 'damaged'; readonly version: number | undefined };

/**
 * Reads the rows of these calls, all at once; calls without rows are left out.
 * @throws ReadStoreError, but for READ_STORE_CORRUPT
 */
export async function readRows(
  readStore: Pick<ReadStore, 'bySession' | 'bySessions' | 'versions'>,
  calls: readonly string[],
): Promise<ReadonlyMap<string, ReadRows>> {
  const all = await unlessDamaged(() => readStore.bySessions(calls));
  if (all !== 'damaged') return new Map(all.map((rows) => [rows.session.callSessionId, whole(rows)]));
  // A damaged row must not hide the others, nor its other columns the version.
  const found = new Map<string, ReadRows>();
  for (const call of calls) {
    const rows = await unlessDamaged(() => readStore.bySession(call));
    if (rows === null) continue;
    found.set(call, rows === 'damaged' ? { rows, version: await versionOf(readStore, call) } : whole(rows));
  }
  return found;
}

function whole(rows: CallRows): ReadRows {
  return { rows, version: rows.session.version };
}

async function versionOf(readStore: Pick<ReadStore, 'versions'>, call: string): Promise<number | undefined> {
  const versions = await unlessDamaged(() => readStore.versions([call]));
  return versions === 'damaged' ? undefined : versions.get(call);
}

/** @throws ReadStoreError, but for READ_STORE_CORRUPT */
export async function unlessDamaged<T>(read: () => Promise<T>): Promise<T | 'damaged'> {
  try {
    return await read();
  } catch (error) {
    if (errorCode(error) === 'READ_STORE_CORRUPT') return 'damaged';
    throw error;
  }
}
