import { EMPTY_HEAD, type Entry, type Head, headOf, type NewEntry } from '../../domain/entries.ts';
import { accessStream } from '../../domain/streams.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';

type WriterDeps = {
  readonly log: Pick<CallEventLog, 'append' | 'register'>;
  /** Never used by another process, nor by this one after a new start: nobody else writes to its streams. */
  readonly process: string;
  /** Told what is in the log now, in its order. Must not throw. */
  readonly recorded?: ((stream: string, entries: readonly Entry[]) => void) | undefined;
};

/** Appends to the access streams of this process, one append at a time. */
export type AccessWriter = {
  /**
   * @param entries of one day, what one append takes
   * @throws LogError
   */
  append(entries: readonly NewEntry[]): Promise<void>;
};

/** Then comes the next number, so that no stream grows without bound. */
export const ENTRIES_PER_STREAM = 2_000;
/** A log that can never say what became of an append takes none. */
const TRIES = 3;

/** What is written is never read back: the head is kept here, and where it is in doubt the next stream is begun. */
export function createAccessWriter({ log, process, recorded }: WriterDeps): AccessWriter {
  // Counted on from day to day: a clock that is set back leads to no stream a second time.
  let number = 0;
  let place: { readonly stream: string; readonly day: string; head: Head } | null = null;

  const placeFor = async (at: string, count: number) => {
    const day = at.slice(0, 10);
    if (place?.day === day && place.head.version + count <= ENTRIES_PER_STREAM) return place;
    number += 1;
    const stream = accessStream(at, process, number);
    await log.register(stream, new Date(at));
    place = { stream, day, head: EMPTY_HEAD };
    return place;
  };

  const attempt = async (entries: readonly NewEntry[]): Promise<readonly Entry[] | LogError> => {
    const current = await placeFor(entries[0]!.at, entries.length);
    try {
      const result = await log.append(current.stream, current.head, entries);
      if ('conflict' in result) return new LogError('LOG_UNAVAILABLE', `somebody else wrote to ${current.stream}`);
      current.head = headOf(result.entries);
      return result.entries;
    } catch (error) {
      if (error instanceof LogError && error.code === 'LOG_UNKNOWN_OUTCOME') return error;
      throw error;
    }
  };

  return {
    async append(entries) {
      for (let tried = 1; ; tried += 1) {
        const result = await attempt(entries);
        if (!(result instanceof LogError)) {
          recorded?.(result[0]!.stream, result);
          return;
        }
        place = null;
        if (tried === TRIES) throw result;
      }
    },
  };
}
