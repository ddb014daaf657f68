import type Database from 'libsql';
import { LogError } from '../port.ts';
import { isConstraint, isStoreWide, sqliteCode, storeError } from './errors.ts';
import type { Guard } from './guard.ts';

/** One write that waits for the next transaction. */
type Job = {
  /** Writes inside the transaction; what it returns is called once the transaction is durable. May run again. */
  readonly write: () => () => void;
  /** Nothing of the job was kept, or (LOG_UNKNOWN_OUTCOME) nobody can say. */
  readonly reject: (error: unknown) => void;
};

/** What the jobs have written so far. */
type Writes = {
  /** Brings into the transaction what jobs have left to be written with others' entries. */
  flush(): void;
  /** After every rollback: what was remembered of the transaction's writes is not true. */
  rolledBack(): void;
};

type GroupCommit = {
  add(job: Job): void;
  /** Writes what waits. */
  flush(): void;
};

/** Bounds how long one transaction keeps the event loop from everything else: about 5 ms. */
const JOBS_PER_TRANSACTION = 500;
/**
 * A transaction waits while every turn of the event loop brings more jobs, within these bounds. An idle turn takes
 * some 10 microseconds and the disk's sync 300 or more: at 40 connections the groups grow from 26 to 37 jobs and the
 * server answers a tenth more requests a second, and a job that comes alone waits for one turn.
 */
const TURNS_MAX = 5;
const JOBS_WORTH_A_SYNC = 64;

/**
 * Makes one transaction of all jobs that arrive at about the same time: the disk's sync, the largest cost of a write,
 * is then paid once for all of them. A job that fails takes no other down: the transaction is rolled back and done
 * again without it.
 */
export function createGroupCommit(db: Database.Database, guard: Guard, writes: Writes): GroupCommit {
  let waiting: Job[] = [];

  function gather(turn: number, seenBefore: number): void {
    const seen = waiting.length;
    if (seen === seenBefore || seen >= JOBS_WORTH_A_SYNC || turn >= TURNS_MAX) flush();
    else setImmediate(gather, turn + 1, seen);
  }

  function flush(): void {
    while (waiting.length > 0) {
      const group = waiting.slice(0, JOBS_PER_TRANSACTION);
      waiting = waiting.slice(JOBS_PER_TRANSACTION);
      commit(group);
    }
  }

  function commit(group: Job[]): void {
    let jobs = group;
    // What jobs write together does not say whose fault it is: then each writes by itself.
    for (let apart = false; jobs.length > 0; apart = true) {
      const failed = writeTogether(jobs, apart);
      if (failed === undefined) return;
      jobs = jobs.filter((job) => job !== failed);
    }
  }

  /** Returns the job that has to be left out, or that it is one of them, if the rest is to be tried again. */
  function writeTogether(jobs: readonly Job[], apart: boolean): Job | 'one of them' | undefined {
    const settle: (() => void)[] = [];
    let current: Job | undefined;
    let isWritten = false;
    try {
      guard.checkFiles();
      db.exec('BEGIN IMMEDIATE');
      for (current of jobs) {
        settle.push(current.write());
        if (apart) writes.flush();
      }
      writes.flush();
      isWritten = true;
      db.exec('COMMIT');
    } catch (error) {
      guard.failed(error);
      rollback();
      if (current !== undefined && !isWritten && !isStoreWide(error)) {
        if (!apart) return 'one of them';
        current.reject(isConstraint(error) ? storeError(error) : error);
        return current;
      }
      const reason = isWritten ? commitError(error) : storeError(error);
      for (const job of jobs) job.reject(reason);
      return undefined;
    }
    for (const done of settle) done();
    return undefined;
  }

  function rollback(): void {
    writes.rolledBack();
    // After a full disk or an I/O error SQLite has rolled back by itself.
    if (db.inTransaction) db.exec('ROLLBACK');
  }

  return {
    flush,
    add(job) {
      waiting.push(job);
      if (waiting.length === 1) setImmediate(gather, 1, 0);
    },
  };
}

/**
 * An I/O error in COMMIT may strike after the transaction's last page was written and before it was synced: should the
 * machine then stop, recovery would find the transaction whole.
 */
function commitError(error: unknown): LogError {
  if (!sqliteCode(error).startsWith('SQLITE_IOERR')) return storeError(error);
  return new LogError('LOG_UNKNOWN_OUTCOME', 'the disk failed during COMMIT: read before trying again', {
    cause: error,
  });
}
