import { createBoundedMap } from '../base/bounded-map.ts';
import { createSerializer } from '../base/serially.ts';
import type { NewEntry } from '../domain/entries.ts';
import { type CallEventLog, LOG_LIMITS } from './port.ts';
import { type Folded, transact } from './transact.ts';

/** Streams of the log that are of no call: what is kept there waits for nobody's decision. */
export type SideStreams = {
  /**
   * Adds those entries whose ids the stream does not hold yet; durable when it resolves, with how many were added.
   * @param begun when the stream may be new: the time under which it is registered
   * @throws LogError LOG_UNAVAILABLE, LOG_UNKNOWN_OUTCOME, LOG_TOO_LARGE; the same entries may be added again then
   */
  add(stream: string, entries: readonly NewEntry[], begun?: Date): Promise<number>;
};

/** So many of the largest entries, each with its ids and names, are what one append takes. */
const ENTRIES_MAX = Math.min(
  LOG_LIMITS.entriesPerAppend,
  Math.floor(LOG_LIMITS.bytesPerAppend / (LOG_LIMITS.dataBytes + 2_048)),
);

/** Today's and yesterday's of each kind; a day's stream is not read again for every delivery. */
const KNOWN_MAX = 4;

export function createSideStreams(log: CallEventLog): SideStreams {
  const known = createBoundedMap<Folded<Set<string>>>(KNOWN_MAX);
  const registered = new Set<string>();
  const serially = createSerializer();

  const append = async (stream: string, entries: readonly NewEntry[]): Promise<number> => {
    const { state, head, answer } = await transact(log, {
      stream,
      known: known.get(stream),
      empty: () => new Set<string>(),
      fold: addIds,
      decide(ids) {
        const fresh = entries.filter(({ id }) => !ids.has(id));
        return { entries: fresh, answer: fresh };
      },
    });
    known.set(stream, { state: addIds(state, answer), head });
    return answer.length;
  };

  const add = async (stream: string, entries: readonly NewEntry[], begun?: Date): Promise<number> => {
    if (begun && !registered.has(stream)) {
      await log.register(stream, begun);
      registered.add(stream);
    }
    const distinct = [...new Map(entries.map((entry) => [entry.id, entry])).values()];
    let added = 0;
    for (let from = 0; from < distinct.length; from += ENTRIES_MAX) {
      added += await append(stream, distinct.slice(from, from + ENTRIES_MAX));
    }
    return added;
  };

  return { add: (stream, entries, begun) => serially(stream, () => add(stream, entries, begun)) };
}

/** The ids of a stream's entries; what the entries hold need not stay in memory. */
function addIds(ids: Set<string>, entries: readonly { readonly id: string }[]): Set<string> {
  for (const { id } of entries) ids.add(id);
  return ids;
}
