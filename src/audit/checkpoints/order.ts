import { readVerifier, type Verifier } from '../../tlog/keys.ts';
import { type Batch, batchHash, batchName, NO_BATCH, readBatch } from './batch.ts';
import type { CheckpointStore } from './ports.ts';

/** Where a tree ends: what the next batch must name to count. */
export type TreePlace = {
  readonly origin: string;
  /** The next slot to be looked at. */
  readonly slot: number;
  /** Leaves so far. */
  readonly size: number;
  /** The name of the newest batch that counts. */
  readonly before: string;
  /** The key that the next batch must be signed with. */
  readonly inForce: Verifier;
  /** The largest that a batch has said; null: none has. */
  readonly lookedThrough: string | null;
};

/** The beginning of a tree. @param key the one that was named when the tree was begun */
export function emptyTree(origin: string, key: Verifier): TreePlace {
  return { origin, slot: 1, size: 0, before: NO_BATCH, inForce: key, lookedThrough: null };
}

/** `place`: where the tree ends behind this slot. A slot that does not count is passed over: somebody took it who must not. */
export type Slot =
  | { readonly counts: true; readonly batch: Batch; readonly hash: string; readonly place: TreePlace }
  | { readonly counts: false; readonly slot: number; readonly place: TreePlace };

/**
 * Reads slot after slot up to the first that is missing. What counts is a function of what is kept alone, and objects are only
 * created: what counted once counts for ever, for every reader.
 * @throws CheckpointError
 */
export async function* slotsFrom(store: Pick<CheckpointStore, 'read'>, start: TreePlace): AsyncGenerator<Slot> {
  let place = start;
  for (;;) {
    const bytes = await store.read(batchName(place.slot));
    if (!bytes) return;
    const slot = judge(bytes, place);
    place = slot.place;
    yield slot;
  }
}

function judge(bytes: Buffer, place: TreePlace): Slot {
  const batch = readBatch(bytes, place.inForce);
  const next = place.slot + 1;
  if (!batch || !fits(batch, place)) return { counts: false, slot: place.slot, place: { ...place, slot: next } };
  const hash = batchHash(bytes);
  const after: TreePlace = {
    origin: place.origin,
    slot: next,
    size: place.size + batch.leaves.length,
    before: hash,
    inForce: (batch.nextKey !== null && readVerifier(batch.nextKey)) || place.inForce,
    lookedThrough: latest(place.lookedThrough, batch.lookedThrough),
  };
  return { counts: true, batch, hash, place: after };
}

function fits(batch: Batch, { origin, slot, size, before }: TreePlace): boolean {
  const isNamed =
    batch.origin === origin && batch.slot === slot && batch.firstIndex === size && batch.before === before;
  return isNamed && (batch.nextKey === null || readVerifier(batch.nextKey) !== null);
}

function latest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
