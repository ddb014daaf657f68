import { createSerializer } from '../base/serially.ts';
import { EMPTY_HEAD, type Entry, type Head, type NewEntry } from '../domain/entries.ts';
import { type CallEventLog, LOG_LIMITS, LogError } from './port.ts';

/** Streams of the log that are of no call: what is kept there waits for nobody's decision. */
export type SideStreams = {
  /**
   * Adds those entries whose ids the stream does not hold yet; durable when it resolves, with how many were added.
   * @param begun when the stream may be new: the time under which it is registered
   * @throws LogError LOG_UNAVAILABLE, LOG_UNKNOWN_OUTCOME, LOG_TOO_LARGE; the same entries may be added again then
   */
  add(stream: string, entries: readonly NewEntry[], begun?: Date): Promise<number>;
};

type Known = { head: Head; readonly ids: Set<string> };

const RIVALS_MAX = 50;

/** So many of the largest entries, each with its ids and names, are what one append takes. */
const ENTRIES_MAX = Math.min(
  LOG_LIMITS.entriesPerAppend,
  Math.floor(LOG_LIMITS.bytesPerAppend / (LOG_LIMITS.dataBytes + 2_048)),
);

/** Today's and yesterday's of each kind; a day's stream is not read again for every delivery. */
const KNOWN_MAX = 4;

export function createSideStreams(log: CallEventLog): SideStreams {
  const known = new Map<string, Known>();
  const registered = new Set<string>();
  const serially = createSerializer();

  const catchUp = async (stream: string): Promise<Known> => {
    const { head, ids } = known.get(stream) ?? { head: EMPTY_HEAD, ids: new Set() };
    const entries = await log.read(stream, head.version + 1);
    for (const { id } of entries) ids.add(id);
    const caughtUp = { head: headOf(entries) ?? head, ids };
    known.set(stream, caughtUp);
    const [oldest] = known.keys();
    if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
    return caughtUp;
  };

  const append = async (stream: string, entries: readonly NewEntry[]): Promise<number> => {
    for (let rivals = 0; rivals < RIVALS_MAX; rivals += 1) {
      const at = known.get(stream) ?? (await catchUp(stream));
      const fresh = entries.filter(({ id }) => !at.ids.has(id));
      if (fresh.length === 0) return 0;
      const result = await log.append(stream, at.head, fresh);
      if ('conflict' in result) {
        // A rival, or our own earlier append whose outcome nobody could tell.
        await catchUp(stream);
        continue;
      }
      for (const { id } of fresh) at.ids.add(id);
      at.head = headOf(result.entries)!;
      return fresh.length;
    }
    throw new LogError('LOG_UNAVAILABLE', 'the stream is contended');
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

/** Without what the entry holds, which need not stay in memory. */
function headOf(entries: readonly Entry[]): Head | null {
  const last = entries.at(-1);
  return last ? { version: last.version, hash: last.hash } : null;
}
