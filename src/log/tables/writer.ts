import type { TableClient } from '@azure/data-tables';
import { createBoundedMap } from '../../base/bounded-map.ts';
import { createSerializer } from '../../base/serially.ts';
import { EMPTY_HEAD, type Head, headOf, type NewEntry } from '../../domain/entries.ts';
import { chain } from '../hash-chain.ts';
import { type AppendResult, LogError } from '../port.ts';
import { type Failure, failureOf, unavailable, unknownOutcome } from './errors.ts';
import type { Reader } from './reader.ts';
import { beginTries, type Retry } from './retry.ts';
import { type EventRow, toRow } from './rows.ts';

/** About 5 MB of heads: more streams than have open calls at any time. Others are read from the store. */
const HEADS_MAX = 20_000;

/** Is never written: see `tryOut`. */
const TRIED: NewEntry = {
  kind: 'command',
  type: 'Probe',
  id: 'probe',
  at: new Date(0).toISOString(),
  actor: 'server',
  cause: null,
  data: '',
};

/** The writing half of the events' table. */
type Writer = {
  append(stream: string, head: Head, entries: readonly NewEntry[]): Promise<AppendResult>;
  /**
   * That rows can be added, shown by one that cannot be, because this stream's first entry is in its place.
   * @throws LogError LOG_UNAVAILABLE
   */
  tryOut(stream: string): Promise<void>;
  /** Tells of a head that was read, so that an append after it needs no reading. */
  seen(stream: string, head: Head): void;
};

/** @param writeId a fresh id for each append, never used before */
export function createWriter(events: TableClient, reader: Reader, retry: Retry, writeId: () => string): Writer {
  const heads = createBoundedMap<Head>(HEADS_MAX);
  const inTurn = createSerializer();

  function seen(stream: string, { version, hash }: Head): void {
    if ((heads.get(stream)?.version ?? 0) < version) heads.set(stream, { version, hash });
  }

  /**
   * That the store's stream begins with what leads to this head. What was seen once stays true, for nothing is changed
   * or removed; whether something follows it, the insertion finds out.
   */
  async function isPrefix(stream: string, head: Head): Promise<boolean> {
    const known = heads.get(stream) ?? EMPTY_HEAD;
    if (head.version <= known.version) return head.version === known.version && head.hash === known.hash;
    if ((await reader.property(stream, head.version, 'Hash')) !== head.hash) return false;
    seen(stream, head);
    return true;
  }

  /** Whether the rows are there now, whatever became of the requests that were to write them. */
  async function settle(stream: string, version: number, row: EventRow, failure: Failure): Promise<boolean> {
    const found = await reader.property(stream, version, 'WriteId').catch((error: unknown) => {
      if (error instanceof LogError) throw unknownOutcome(failure);
      throw error;
    });
    if (found === row.WriteId) return true;
    // A request that nobody answered may still be on its way; only another's row in the place keeps it out for ever.
    if (found === undefined) throw unknownOutcome(failure);
    return false;
  }

  /** Returns false for a conflict. */
  async function insert(stream: string, version: number, rows: readonly [EventRow, ...EventRow[]]): Promise<boolean> {
    let perhapsWritten = false;
    const tries = beginTries(retry);
    for (let isFirst = true; ; isFirst = false) {
      const failure = await sendRows(events, rows);
      if (failure === null) return true;
      if (failure.kind === 'exists') return !isFirst && settle(stream, version, rows[0], failure);
      if (failure.kind === 'unknown') perhapsWritten = true;
      if (failure.kind !== 'refused' && (await tries.another())) continue;
      if (perhapsWritten) return settle(stream, version, rows[0], failure);
      throw unavailable(failure);
    }
  }

  async function append(stream: string, head: Head, entries: readonly NewEntry[]): Promise<AppendResult> {
    if (!(await isPrefix(stream, head))) return { conflict: true };
    const placed = chain(head, stream, entries);
    const id = writeId();
    const [first, ...others] = placed.map((entry) => toRow(entry, id));
    if (!first || !(await insert(stream, head.version + 1, [first, ...others]))) return { conflict: true };
    seen(stream, headOf(placed));
    return { entries: placed };
  }

  async function tryOut(stream: string): Promise<void> {
    const [entry] = chain(EMPTY_HEAD, stream, [TRIED]);
    const failure = await sendRows(events, [toRow(entry!, writeId())]);
    if (failure?.kind !== 'exists') throw unavailable(failure ?? { kind: 'unknown', what: 'an entry was gone' });
  }

  return {
    seen,
    tryOut,
    // At one head only one can win: the first that came, and those behind it need no request to see that they lost.
    append: (stream, head, entries) => inTurn(stream, () => append(stream, head, entries)),
  };
}

/** Inserts all rows or none, with one request. Returns null when they are written. */
async function sendRows(events: TableClient, rows: readonly [EventRow, ...EventRow[]]): Promise<Failure | null> {
  try {
    if (rows.length === 1) {
      await events.createEntity(rows[0]);
      return null;
    }
    const { subResponses } = await events.submitTransaction(rows.map((row) => ['create', row]));
    // The SDK takes an answer that was cut short, or none of its own service, for success.
    const written = subResponses.filter(({ status }) => status >= 200 && status < 300).length;
    return written === rows.length ? null : { kind: 'unknown', what: `${written} of ${rows.length} rows acknowledged` };
  } catch (error) {
    return failureOf(error);
  }
}
