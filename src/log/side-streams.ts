import { createBoundedMap } from '../base/bounded-map.ts';
import { createSerializer } from '../base/serially.ts';
import type { Entry, NewEntry } from '../domain/entries.ts';
import { type CallEventLog, LOG_LIMITS } from './port.ts';
import { type Folded, transact } from './transact.ts';

/** Streams of the log that are of no call: what is kept there waits for nobody's decision. */
export type SideStreams = {
  /**
   * Adds those entries that the stream does not hold yet; durable when it resolves, with those that were added. One whose id it
   * holds for something else is added under an id of its own.
   * @param begun when the stream may be new: the time under which it is registered
   * @throws LogError LOG_UNAVAILABLE, LOG_UNKNOWN_OUTCOME, LOG_TOO_LARGE; the same entries may be added again then
   */
  add(stream: string, entries: readonly NewEntry[], begun?: Date): Promise<readonly Entry[]>;
};

/** So many of the largest entries, each with its ids and names, are what one append takes. */
const ENTRIES_MAX = Math.min(
  LOG_LIMITS.entriesPerAppend,
  Math.floor(LOG_LIMITS.bytesPerAppend / (LOG_LIMITS.dataBytes + 2_048)),
);

/** Today's and yesterday's of each kind; a day's stream is not read again for every delivery. */
const KNOWN_MAX = 4;

/** What a stream holds: the contents that stand under each id. */
type Held = Map<string, Set<string>>;

/** As much of a content's name as tells contents under one id apart. */
const MARK_DIGITS = 16;

/**
 * @param contentOf a name for what an entry holds, the same for the same; entries with one id and one content are one entry.
 * Absent: an id says all
 */
export function createSideStreams(log: CallEventLog, contentOf: (entry: NewEntry) => string = () => ''): SideStreams {
  const known = createBoundedMap<Folded<Held>>(KNOWN_MAX);
  const registered = new Set<string>();
  const serially = createSerializer();

  const fold = (held: Held, entries: readonly NewEntry[]): Held => {
    for (const entry of entries) hold(held, entry, contentOf(entry));
    return held;
  };

  const append = async (stream: string, entries: readonly NewEntry[]): Promise<readonly Entry[]> => {
    const { state, head, answer, appended } = await transact(log, {
      stream,
      known: known.get(stream),
      empty: (): Held => new Map(),
      fold,
      decide(held) {
        const fresh = entries.flatMap((entry) => asNew(held, entry, contentOf(entry)));
        return { entries: fresh, answer: fresh };
      },
    });
    known.set(stream, { state: fold(state, answer), head });
    return appended;
  };

  const add = async (stream: string, entries: readonly NewEntry[], begun?: Date): Promise<readonly Entry[]> => {
    if (begun && !registered.has(stream)) {
      await log.register(stream, begun);
      registered.add(stream);
    }
    const distinct = [...new Map(entries.map((entry) => [`${entry.id} ${contentOf(entry)}`, entry])).values()];
    const added: Entry[] = [];
    // Of entries with one id the second must find the first in the stream.
    const parts = [distinct.filter(isFirst), distinct.filter((...one) => !isFirst(...one))];
    for (const part of parts) {
      for (let from = 0; from < part.length; from += ENTRIES_MAX) {
        added.push(...(await append(stream, part.slice(from, from + ENTRIES_MAX))));
      }
    }
    return added;
  };

  return { add: (stream, entries, begun) => serially(stream, () => add(stream, entries, begun)) };
}

function isFirst({ id }: NewEntry, index: number, all: readonly NewEntry[]): boolean {
  return all.findIndex((other) => other.id === id) === index;
}

/** What the entries hold need not stay in memory, only its name. */
function hold(held: Held, { id }: NewEntry, content: string): void {
  const mark = markOf(content);
  const base = id.endsWith(mark) ? id.slice(0, id.length - mark.length) : id;
  held.set(base, (held.get(base) ?? new Set()).add(content));
}

/** The entry as it is added; nothing when the stream holds it already. */
function asNew(held: Held, entry: NewEntry, content: string): NewEntry[] {
  const contents = held.get(entry.id);
  if (!contents) return [entry];
  return contents.has(content) ? [] : [{ ...entry, id: `${entry.id}${markOf(content)}` }];
}

function markOf(content: string): string {
  return content === '' ? '' : `#${content.slice(0, MARK_DIGITS)}`;
}
