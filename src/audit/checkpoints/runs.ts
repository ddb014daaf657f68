import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Entry, Head } from '../../domain/entries.ts';
import { CHECKPOINTS_STREAM, isOperationStream } from '../../domain/streams.ts';
import { isHiddenInTree } from './leaf.ts';

/** An unbroken run of entries of one stream, all appended by this process, that no recorded batch has a leaf for. */
export type Run = {
  /** The same for as long as the run only grows. */
  readonly id: number;
  readonly stream: string;
  /** Its first version. */
  readonly from: number;
  /** Its last one, with the hash that was computed here and the entry's own time. */
  readonly version: number;
  readonly hash: string;
  readonly time: string;
  /** The hash of the stream's first entry, if the run begins with it. */
  readonly firstHash: string | null;
  /** By the monotonic clock: when its first entry was appended, or a little before. */
  readonly sinceMs: number;
  /** The number of that append among all of this process, or a smaller one. */
  readonly number: number;
};

/** An append of which nobody can say yet whether it was stored. */
export type Waiting = { readonly head: Head; readonly entries: readonly Entry[]; readonly sinceMs: number };

/** What this process has appended and has to be vouched for; see rules 3 and 4 of the protocol in the room's README. */
export type Heads = {
  /** How many appends there were. What was appended before this moment has no larger number. */
  count(): number;
  /** All of them, oldest first. */
  runs(): readonly Run[];
  waiting(): readonly Waiting[];
  /** What the store holds in the place of an append that waits: ours, or another's. */
  settle(waiting: Waiting, isOurs: boolean): void;
  /** Whether a run reaches this version of the stream. */
  reaches(stream: string, version: number): boolean;
  /** Forgets runs as they were at that moment, for their leaves are recorded; what they have grown by since stays. */
  cover(runs: readonly Run[], moment: Moment): void;
  /** The hash of a stream's first entry, of a member's stream and as far as it is remembered. */
  firstHash(stream: string): string | undefined;
  /** The smallest number of what must not be late; null when all of that is covered. */
  oldest(): number | null;
  /** Age of the oldest entry that is not covered, in milliseconds; 0 when there is none. */
  uncoveredMs(): number;
};

/** When something was looked at: by the monotonic clock, and by the number of appends. */
export type Moment = { readonly atMs: number; readonly number: number };

/** About 4 MB of hashes of first entries. */
const FIRST_HASHES_MAX = 20_000;

/** Whether a stream rides along: alone it causes no batch and is never late, or each batch would cause the next one. */
export function ridesAlong(stream: string): boolean {
  return stream === CHECKPOINTS_STREAM || isOperationStream(stream);
}

/** The heads of a process, and what its log tells them. */
export type HeadsOfLog = Heads & {
  /** What was appended right after this head. */
  appended(head: Head, entries: readonly Entry[]): void;
  /** What may have been appended right after this head. */
  perhapsAppended(head: Head, entries: readonly Entry[]): void;
  /** What was read of a stream. */
  seen(stream: string, entries: readonly Entry[]): void;
};

/** @param monotonicMs the time by which ages are told */
export function createHeads(monotonicMs: () => number): HeadsOfLog {
  const byStream = new Map<string, readonly Run[]>();
  const firstHashes = createBoundedMap<string>(FIRST_HASHES_MAX);
  let waiting: readonly Waiting[] = [];
  let count = 0;
  let ids = 0;
  /** When the oldest run began that must not be late, null: there is none; undefined: it has to be looked for. */
  let oldestMs: number | null | undefined = null;

  const keep = (head: Head, entries: readonly Entry[], sinceMs: number): void => {
    const [first, last] = [entries[0], entries.at(-1)];
    if (!first || !last) return;
    count += 1;
    const { stream, version, hash, at } = last;
    seen(stream, entries);
    const runs = byStream.get(stream) ?? [];
    const below = runs.find((run) => run.version === head.version && run.hash === head.hash);
    if (below) {
      // Name by name: what a spread makes is slow to make and to read, and there is one for each append.
      const { id, from, firstHash, sinceMs: begunMs, number } = below;
      const grown = { id, stream, from, version, hash, time: at, firstHash, sinceMs: begunMs, number };
      byStream.set(stream, runs.length === 1 ? [grown] : runs.map((run) => (run === below ? grown : run)));
      return;
    }
    ids += 1;
    const firstHash = first.version === 1 ? first.hash : null;
    const run = { id: ids, stream, from: first.version, version, hash, time: at, firstHash, sinceMs, number: count };
    byStream.set(stream, [...runs, run]);
    if (oldestMs !== undefined && !ridesAlong(stream)) oldestMs = Math.min(oldestMs ?? sinceMs, sinceMs);
  };

  const seen = (stream: string, [first]: readonly Entry[]): void => {
    if (first?.version === 1 && isHiddenInTree(stream)) firstHashes.set(stream, first.hash);
  };

  const punctual = function* (): Generator<Run> {
    for (const [stream, runs] of byStream) if (!ridesAlong(stream)) yield* runs;
  };

  return {
    appended: (head, entries) => keep(head, entries, monotonicMs()),
    perhapsAppended(head, entries) {
      waiting = [...waiting, { head, entries, sinceMs: monotonicMs() }];
    },
    seen,
    count: () => count,
    runs: () => [...byStream.values()].flat().sort((a, b) => a.number - b.number),
    waiting: () => waiting,
    settle(settled, isOurs) {
      waiting = waiting.filter((other) => other !== settled);
      if (isOurs) keep(settled.head, settled.entries, settled.sinceMs);
    },
    reaches: (stream, version) => byStream.get(stream)?.some((run) => run.version >= version) ?? false,
    cover(covered, moment) {
      oldestMs = undefined;
      for (const run of covered) {
        const runs = (byStream.get(run.stream) ?? []).flatMap((now) =>
          now.id === run.id ? rest(now, run, moment) : now,
        );
        if (runs.length === 0) byStream.delete(run.stream);
        else byStream.set(run.stream, runs);
      }
    },
    firstHash: (stream) => firstHashes.get(stream),
    oldest() {
      let oldest: number | null = null;
      for (const { number } of punctual()) if (oldest === null || number < oldest) oldest = number;
      return oldest;
    },
    uncoveredMs() {
      // It is asked for with every page that says how the service fares, and there are thousands between two checkpoints.
      if (oldestMs === undefined) {
        oldestMs = null;
        for (const { sinceMs } of punctual()) oldestMs = Math.min(oldestMs ?? sinceMs, sinceMs);
      }
      return oldestMs === null ? 0 : monotonicMs() - oldestMs;
    },
  };
}

/** What a run has beyond what it had at that moment. */
function rest(now: Run, then: Run, { atMs, number }: Moment): Run[] {
  if (now.version <= then.version) return [];
  return [{ ...now, from: then.version + 1, firstHash: null, sinceMs: atMs, number: number + 1 }];
}
