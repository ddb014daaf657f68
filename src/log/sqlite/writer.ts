import type Database from 'libsql';
import { createBoundedMap } from '../../base/bounded-map.ts';
import { type Head, headOf, type NewEntry } from '../../domain/entries.ts';
import { chain } from '../hash-chain.ts';
import { type AppendResult, LogError } from '../port.ts';
import { createGroupCommit } from './group-commit.ts';
import type { Guard } from './guard.ts';
import { createInserts } from './inserts.ts';
import type { Rows } from './rows.ts';

/** About 3 MB: more than there are open calls, with what is being begun beside them. Those of others are read from the file. */
const HEADS_MAX = 12_000;
const INSERT_STREAM = 'INSERT INTO streams VALUES (?, ?) ON CONFLICT DO NOTHING';

/** The writing half of the log. Its promises settle when the transaction that they were part of has. */
export type Writer = {
  append(stream: string, head: Head, entries: readonly NewEntry[]): Promise<AppendResult>;
  register(stream: string, hour: string): Promise<void>;
  /** Writes what waits. */
  flush(): void;
};

/** The writing half of a log that was opened for reading. */
export function refuseWrites(): Writer {
  const refuse = () => Promise.reject(new LogError('LOG_UNAVAILABLE', 'the log was opened read-only'));
  return { append: refuse, register: refuse, flush: () => undefined };
}

/** @param rows where the head of a stream is read that was not written to lately. */
export function createWriter(db: Database.Database, rows: Rows, guard: Guard): Writer {
  const heads = createBoundedMap<Head>(HEADS_MAX);
  const inserts = createInserts(db);
  const insertStream = db.prepare(INSERT_STREAM);
  const rolledBack = (): void => {
    heads.clear();
    inserts.clear();
  };
  const group = createGroupCommit(db, guard, { flush: inserts.flush, rolledBack });

  function write(stream: string, head: Head, entries: readonly NewEntry[]): AppendResult {
    const known = heads.get(stream);
    const stored = known ?? rows.head(stream);
    if (!known) heads.set(stream, stored);
    if (stored.version !== head.version || stored.hash !== head.hash) return { conflict: true };
    const placed = chain(head, stream, entries);
    for (const entry of placed) inserts.add(entry);
    heads.set(stream, headOf(placed));
    return { entries: placed };
  }

  return {
    flush: group.flush,
    append: (stream, head, entries) =>
      new Promise((resolve, reject) => {
        group.add({
          reject,
          write() {
            const result = write(stream, head, entries);
            return () => resolve(result);
          },
        });
      }),
    register: (stream, hour) =>
      new Promise((resolve, reject) => {
        group.add({
          reject,
          write() {
            insertStream.run([hour, stream]);
            return resolve;
          },
        });
      }),
  };
}
