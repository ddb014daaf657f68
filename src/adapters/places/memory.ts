import type { PlaceStore, StoredPlaces } from '../../app/ports.ts';
import type { Clock } from '../../base/clock.ts';

/** The rows of a process that is alone with its log. Their time is that of whatever waits: nobody sets it. */
export function createMemoryPlaces({ monotonicMs }: Pick<Clock, 'monotonicMs'>): PlaceStore {
  const rows = new Map<string, StoredPlaces>();
  let versions = 0;
  const keep = (line: string, row: StoredPlaces['row']): { etag: string } => {
    versions += 1;
    const etag = String(versions);
    rows.set(line, { row, etag });
    return { etag };
  };
  return {
    isShared: false,
    heldMax: Number.POSITIVE_INFINITY,
    now: () => Math.floor(monotonicMs()),
    read: async (line) => rows.get(line) ?? 'absent',
    write: async (line, row, etag) => (rows.get(line)?.etag === etag ? keep(line, row) : 'conflict'),
    insert: async (line, row) => (rows.has(line) ? 'exists' : keep(line, row)),
  };
}
