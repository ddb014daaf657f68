import type Database from 'libsql';
import { hourOf } from '../hours.ts';
import { checkAppend, checkStream } from '../limits.ts';
import { type CallEventLog, LogError } from '../port.ts';
import { storeError } from './errors.ts';
import { lockForWriting } from './lock.ts';
import { prepareRows, type Rows } from './rows.ts';
import { closeAfterWriting, openForReading, openForWriting } from './schema.ts';
import { createWriter, refuseWrites, type Writer } from './writer.ts';

/** How a log is opened. */
type SqliteLogOptions = {
  /** Opens beside a process that writes, for verify and export. Default: false. */
  readonly readOnly?: boolean;
  /** The file may not grow beyond this many pages of 4 KiB: a full disk for tests. Default: no bound. */
  readonly pagesMax?: number;
};

/** Streams per query of the register. */
const REGISTER_PAGE = 1_000;

/**
 * The call-event log in one SQLite file. Appends that arrive at about the same time share a transaction and its sync
 * to disk. One process writes (a second is refused), any number may read.
 * @throws LogError LOG_IN_USE, LOG_CORRUPT, LOG_UNAVAILABLE
 */
export function openSqliteLog(path: string, options: SqliteLogOptions = {}): CallEventLog {
  if (options.readOnly === true) {
    const db = openForReading(path);
    return createLog(db, refuseWrites, () => db.close());
  }
  const unlock = lockForWriting(path);
  try {
    const db = openForWriting(path);
    if (options.pagesMax !== undefined) db.exec(`PRAGMA max_page_count = ${options.pagesMax}`);
    return createLog(db, createWriter, () => {
      closeAfterWriting(db);
      unlock();
    });
  } catch (error) {
    unlock();
    throw error;
  }
}

function createLog(
  db: Database.Database,
  writerOf: (db: Database.Database, rows: Rows) => Writer,
  release: () => void,
): CallEventLog {
  const rows = prepareRows(db);
  const writer = writerOf(db, rows);
  let closed = false;

  function checkOpen(): void {
    if (closed) throw new LogError('LOG_UNAVAILABLE', 'the log is closed');
  }

  function query<T>(run: () => T): T {
    checkOpen();
    try {
      return run();
    } catch (error) {
      throw storeError(error);
    }
  }

  return {
    read: async (stream, fromVersion = 1) => query(() => rows.entries(stream, fromVersion)),
    async append(stream, head, entries) {
      checkOpen();
      checkAppend(stream, entries);
      return writer.append(stream, head, entries);
    },
    async register(stream, at) {
      checkOpen();
      checkStream(stream);
      return writer.register(stream, hourOf(at));
    },
    async *registered(since) {
      const sinceHour = since === undefined ? '' : hourOf(since);
      let place = { hour: sinceHour, stream: '' };
      for (;;) {
        const page = query(() => rows.streams(place, sinceHour, REGISTER_PAGE));
        for (const { stream } of page) yield stream;
        const last = page.at(-1);
        if (last === undefined) return;
        place = last;
      }
    },
    async close() {
      if (closed) return;
      writer.flush();
      closed = true;
      release();
    },
  };
}
