import { type CallRows, type ReadStore, ReadStoreError } from '../ports.ts';
import { isCorrupt } from './errors.ts';
import { patiently } from './patience.ts';
import { createPlace, type MendingOptions, type Place } from './place.ts';
import type { SqliteReadStore } from './read-store.ts';

/** Read models that go on with a new file where theirs is damaged. */
export type MendingReadStore = ReadStore & {
  problems(): readonly string[];
  /** Hears, also at once, that the rows of all calls have to be written again. Must not throw. */
  onToFill(listener: () => void): void;
  /**
   * Writes the rows of all calls into a file that took a damaged one's place.
   * @throws ReadStoreError, OVERTAKEN when this one's place was taken meanwhile
   */
  fill(calls: AsyncIterable<CallRows>): Promise<number>;
};

const CALLS_PER_WRITE = 50;

/**
 * Opens the read models for a server, which does without them rather than not at all. A damaged file is set aside and a
 * new one begun, at the opening and whenever the damage shows; so is one begun where the file was taken away. What cannot
 * be derived from the log is carried over, the rows are for whoever listens to fill in.
 * @throws ReadStoreError NEWER
 */
export function openMendingReadStore(path: string, options: MendingOptions): MendingReadStore {
  const place = createPlace(path, options);
  openNow(place);
  const use: Use = async (work) => {
    const store = place.store();
    try {
      return await work(store);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      place.mend(store, error);
      return work(place.store());
    }
  };
  /** An answer that rests on rows which are not there yet would be a wrong one. */
  const whole: Use = async (work) =>
    use((store) => {
      if (!place.isToFill()) return work(store);
      throw new ReadStoreError('READ_STORE_UNAVAILABLE', 'the read models are being built again from the log');
    });
  const known: Use = async (work) => (await use(work)) ?? whole(work);
  const written: Use = async (work) => {
    place.makeSure();
    return use(work);
  };
  return {
    write: (calls) => written((store) => store.write(calls)),
    bySession: (id) => use((store) => store.bySession(id)),
    bySessions: (ids) => use((store) => store.bySessions(ids)),
    byConnection: (id) => known((store) => store.byConnection(id)),
    byAnyId: (id, folded) => known((store) => store.byAnyId(id, folded)),
    byProviderIds: (ids) => known((store) => store.byProviderIds(ids)),
    list: (page) => whole((store) => store.list(page)),
    counts: (from, to) => whole((store) => store.counts(from, to)),
    versions: (ids) => use((store) => store.versions(ids)),
    open: () => use((store) => store.open()),
    newestUpdate: () => whole((store) => store.newestUpdate()),
    rebuild: (calls) => once(place, (store) => store.rebuild(calls)),
    notices: {
      due: (since, limit) => use((store) => store.notices.due(since, limit)),
      mark: (marks) => written((store) => store.notices.mark(marks)),
    },
    problems: place.problems,
    onToFill: place.onToFill,
    fill: (calls) => once(place, (store) => fill(store, calls)),
    close: place.close,
  };
}

function openNow(place: Place): void {
  try {
    place.store();
  } catch (error) {
    // Whoever needs them is told later, and they are opened then; a later release's are nobody's to go on without.
    if (error instanceof ReadStoreError && error.code === 'READ_STORE_NEWER') throw error;
  }
}

type Use = <Result>(work: (store: SqliteReadStore) => Promise<Result>) => Promise<Result>;

/** Work that went through what it was given: the damage is mended, and whoever asked has to begin again. */
async function once<Result>(place: Place, work: (store: SqliteReadStore) => Promise<Result>): Promise<Result> {
  place.makeSure();
  const store = place.store();
  try {
    const result = await work(store);
    if (place.makeSure() === store) return result;
  } catch (error) {
    if (isCorrupt(error)) place.mend(store, error);
    throw error;
  }
  throw new ReadStoreError('READ_STORE_OVERTAKEN', 'another file took the place of these read models; begin again');
}

async function fill(store: SqliteReadStore, calls: AsyncIterable<CallRows>): Promise<number> {
  let [batch, count]: [CallRows[], number] = [[], 0];
  const flush = async (): Promise<void> => {
    await patiently(() => store.write(batch));
    count += batch.length;
    batch = [];
  };
  for await (const call of calls) {
    batch.push(call);
    if (batch.length === CALLS_PER_WRITE) await flush();
  }
  await flush();
  await patiently(async () => store.markFilled());
  return count;
}
