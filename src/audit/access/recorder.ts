import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import type { Entry, NewEntry } from '../../domain/entries.ts';
import { type CallEventLog, LOG_LIMITS } from '../../log/port.ts';
import { COVERS_MS, createCoverage, isCoverable } from './coverage.ts';
import { lookEntries } from './entries.ts';
import { AccessError } from './errors.ts';
import type { Access, AccessStatus, Look, Refusal } from './look.ts';
import { createRefusals } from './refusals.ts';
import { createAccessWriter } from './writer.ts';

export type AccessRecorderDeps = {
  /** Best the one that the calls are written to, with whoever watches it. */
  readonly log: Pick<CallEventLog, 'append' | 'register'>;
  readonly clock: Clock;
  readonly freshId: () => string;
  /** See AccessWriter. */
  readonly process: string;
  /** Told of every entry that is in the log. Must not throw. */
  readonly recorded?: (stream: string, entries: readonly Entry[]) => void;
  /** Told when a look with the purpose BTG goes into the log. Must not throw. */
  readonly onGlassBroken?: (look: Look) => void;
  /** False while the disk is nearly full; absent: there always is. */
  readonly hasRoom?: () => boolean;
};

export type AccessRecorder = Access & {
  /** Takes note in the background of a request that was turned away; a log that does not take it is counted. */
  refused(refusal: Refusal): void;
  status(): Omit<AccessStatus, 'rowsLagMs'>;
  /** Writes what is counted and waits for what is under way. */
  close(): Promise<void>;
};

/** What waits for its append. */
type Waiting = {
  /** What is to be written, decided when its turn comes: by then others may have covered it. */
  plan(round: Round): readonly NewEntry[];
  done(): void;
  failed(error: unknown): void;
};

/** One round of appends: from when, and what it will cover. */
type Round = { readonly at: string; readonly nowMs: number; readonly covered: Set<string> };

const LOOKS_PER_ROUND = 500;

/** Records looks: who arrives while an append is under way goes together into the next. */
export function createAccessRecorder(deps: AccessRecorderDeps): AccessRecorder {
  const { clock, freshId, hasRoom = () => true } = deps;
  const coverage = createCoverage();
  const writer = createAccessWriter(deps);
  const counts = { glassBroken: 0, refused: 0, refusedUnrecorded: 0, lookFailures: 0 };
  const waiting: Waiting[] = [];
  let draining: Promise<void> | null = null;

  const write = async (batch: readonly Waiting[]): Promise<void> => {
    const round = { at: new Date(clock.now()).toISOString(), nowMs: clock.monotonicMs(), covered: new Set<string>() };
    try {
      for (const entries of appendsOf(batch.map((each) => each.plan(round)))) await writer.append(entries);
    } catch (error) {
      // Of all of them: one may be covered by what another was to write.
      for (const each of batch) each.failed(error);
      return;
    }
    coverage.cover(round.covered, round.nowMs + COVERS_MS);
    for (const each of batch) each.done();
  };

  const drain = async (): Promise<void> => {
    // Whoever comes in this turn goes along: who is answered together asks again together.
    await nextTurn();
    while (waiting.length > 0) await write(waiting.splice(0, LOOKS_PER_ROUND));
    draining = null;
  };

  const enqueue = (one: Waiting): void => {
    waiting.push(one);
    draining ??= drain();
  };

  const planOf = (look: Look, round: Round): readonly NewEntry[] => {
    const fresh = coverage.fresh(look, round.nowMs, round.covered);
    if (!fresh) return [];
    for (const key of coverage.keys(fresh)) round.covered.add(key);
    return lookEntries(fresh, { at: round.at, freshId, ...(isCoverable(look) && { coversMs: COVERS_MS }) });
  };

  const refusals = createRefusals({
    clock,
    freshId,
    write: (entry) =>
      enqueue({
        plan: ({ at }) => [entry(at)],
        done: () => {},
        failed() {
          counts.refusedUnrecorded += 1;
        },
      }),
  });

  return {
    async record(look) {
      if (!hasRoom()) throw new AccessError('ACCESS_DISK_LOW', 'the disk is nearly full: no data of members is shown');
      if (look.purpose === 'BTG') counts.glassBroken += 1;
      if (coverage.covers(look, clock.monotonicMs())) return;
      if (look.purpose === 'BTG') deps.onGlassBroken?.(look);
      await new Promise<void>((done, reject) => {
        const failed = (error: unknown): void => {
          counts.lookFailures += 1;
          reject(error);
        };
        enqueue({ plan: (round) => planOf(look, round), done, failed });
      });
    },
    refused(refusal) {
      counts.refused += 1;
      refusals.refused(refusal);
    },
    status: () => ({ ...counts }),
    async close() {
      refusals.end();
      await draining;
    },
  };
}

/** Room for what a log keeps beside an entry's data. */
const REST_BYTES = 1_024;

/** As few appends as take them in their order; what one look wrote stays together where one append can hold it. */
export function appendsOf(groups: readonly (readonly NewEntry[])[]): NewEntry[][] {
  const appends: NewEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  const begin = (): void => {
    appends.push([]);
    bytes = 0;
  };
  const fits = (count: number, size: number): boolean =>
    bytes + size <= LOG_LIMITS.bytesPerAppend && (appends.at(-1)?.length ?? 0) + count <= LOG_LIMITS.entriesPerAppend;
  for (const group of groups) {
    const sizes = group.map(({ data }) => Buffer.byteLength(data) + REST_BYTES);
    const whole = sizes.reduce((sum, size) => sum + size, 0);
    if (group.length > 0 && !fits(group.length, whole)) begin();
    for (const [index, entry] of group.entries()) {
      if (!fits(1, sizes[index]!)) begin();
      appends.at(-1)!.push(entry);
      bytes += sizes[index]!;
    }
  }
  return appends;
}
