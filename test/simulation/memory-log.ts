import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Entry, headOf } from '../../src/domain/entries.ts';
import { chain } from '../../src/log/hash-chain.ts';
import { hourOf } from '../../src/log/hours.ts';
import { checkAppend, checkStream } from '../../src/log/limits.ts';
import { type CallEventLog, LogError } from '../../src/log/port.ts';

/** The log in memory, whole contract, and for a checker a way to look at it without asking. */
export type MemoryLog = CallEventLog & {
  peek(stream: string): readonly Entry[];
  streams(): readonly string[];
  isRegistered(stream: string): boolean;
  /** Packs a stream that is hardly read any more, outside of the heap. */
  shelve(stream: string): void;
  /** Puts these in the place of all entries of a stream, as somebody does who has the disk. */
  rewrite(stream: string, entries: readonly Entry[]): void;
  /** Hears of every append right after it happened, before anybody else can do anything. */
  onAppended: (stream: string, entries: readonly Entry[]) => void;
};

type Packed = { readonly bytes: Buffer; readonly version: number };

/**
 * @param chainOf gives entries their hashes; another one than ours only to show that a broken chain is noticed
 */
export function createMemoryLog(chainOf: typeof chain = chain): MemoryLog {
  const streams = new Map<string, Entry[] | Packed>();
  const hours = new Map<string, Set<string>>();
  const registeredStreams = new Set<string>();
  const entriesOf = (stream: string): Entry[] => {
    const kept = streams.get(stream) ?? [];
    return 'bytes' in kept ? JSON.parse(inflateRawSync(kept.bytes).toString('utf8')) : kept;
  };

  const log: MemoryLog = {
    onAppended: () => {},
    peek: entriesOf,
    streams: () => [...streams.keys()],
    isRegistered: (stream) => registeredStreams.has(stream),
    shelve(stream) {
      const entries = entriesOf(stream);
      streams.set(stream, { bytes: deflateRawSync(JSON.stringify(entries)), version: entries.length });
    },
    rewrite: (stream, entries) => void streams.set(stream, [...entries]),
    async read(stream, fromVersion = 1) {
      const kept = streams.get(stream);
      if (kept && 'bytes' in kept && fromVersion > kept.version) return [];
      return entriesOf(stream).slice(fromVersion - 1);
    },
    async append(stream, head, entries) {
      checkAppend(stream, entries);
      const kept = entriesOf(stream);
      const stored = headOf(kept);
      if (stored.version !== head.version || stored.hash !== head.hash) return { conflict: true };
      const appended = chainOf(head, stream, entries);
      kept.push(...appended);
      streams.set(stream, kept);
      log.onAppended(stream, appended);
      return { entries: appended };
    },
    async register(stream, at) {
      checkStream(stream);
      const hour = hourOf(at);
      registeredStreams.add(stream);
      hours.set(hour, (hours.get(hour) ?? new Set()).add(stream));
    },
    async *registered(since) {
      const sinceHour = since === undefined ? '' : hourOf(since);
      const told = new Set<string>();
      for (const hour of [...hours.keys()].filter((known) => known >= sinceHour).sort()) {
        for (const stream of [...(hours.get(hour) ?? [])].sort()) {
          if (!told.has(stream)) yield stream;
          told.add(stream);
        }
      }
    },
    async probe(stream) {
      if (!streams.has(stream)) throw new LogError('LOG_UNAVAILABLE', 'the log has lost what was put into it');
    },
    close: async () => {},
  };
  return log;
}
