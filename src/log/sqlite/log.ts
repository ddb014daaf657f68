import type Database from 'libsql';
import { hourOf } from '../hours.ts';
import { checkAppend, checkStream } from '../limits.ts';
import { type CallEventLog, type InspectedLog, LogError } from '../port.ts';
import { entriesOf } from '../stored-stream.ts';
import { tryWriting } from './disk.ts';
import { storeError } from './errors.ts';
import { rememberFiles } from './files.ts';
import { createGuard, type Guard, NO_GUARD } from './guard.ts';
import { inspectionOf } from './inspection.ts';
import { lockForWriting } from './lock.ts';
import { prepareRows, type Rows } from './rows.ts';
import { closeAfterWriting, type OpenDatabase, openDatabase, openForReading, openForWriting } from './schema.ts';
import { createWriter, refuseWrites, type Writer } from './writer.ts';

/** How a log is opened. */
type SqliteLogOptions = {
  /** Opens beside a process that writes, for verify and export. Default: false. */
  readonly readOnly?: boolean;
  /** The file may not grow beyond this many pages of 4 KiB: a full disk for tests. Default: no bound. */
  readonly pagesMax?: number;
  /** Opens the file. Default: the driver; something around it only where a test lets the disk fail. */
  readonly open?: OpenDatabase;
};

/**
 * Opens a log to be looked at, also one whose safeguards are gone; a process that writes is not disturbed.
 * @throws LogError
 */
export function inspectSqliteLog(path: string): InspectedLog {
  const db = openForReading(path, openDatabase, false);
  return closingOnFailure(db, () => {
    const [writer, guard, tryDisk] = [refuseWrites(), NO_GUARD, refuseProbe];
    const log = createLog({ rows: prepareRows(db), writer, guard, tryDisk, release: () => db.close() });
    return { ...log, inspection: inspectionOf(db) };
  });
}

/** Streams per query of the register. */
const REGISTER_PAGE = 1_000;

/**
 * The call-event log in one SQLite file. Appends that arrive at about the same time share a transaction and its sync
 * to disk. One process writes (a second is refused), any number may read. A log whose files are not those that were opened,
 * or whose disk has failed to sync, closes itself: whatever it said from then on could be lost.
 * @throws LogError LOG_IN_USE, LOG_CORRUPT, LOG_UNAVAILABLE
 */
export function openSqliteLog(path: string, options: SqliteLogOptions = {}): CallEventLog {
  const open = options.open ?? openDatabase;
  if (options.readOnly === true) {
    const db = openForReading(path, open);
    return closingOnFailure(db, () => {
      const rows = prepareRows(db);
      const [writer, guard, tryDisk] = [refuseWrites(), NO_GUARD, refuseProbe];
      return createLog({ rows, writer, guard, tryDisk, release: () => db.close() });
    });
  }
  const unlock = lockForWriting(path);
  try {
    const db = openForWriting(path, open);
    return closingOnFailure(db, () => createWritableLog(path, db, options.pagesMax, unlock));
  } catch (error) {
    unlock();
    throw error;
  }
}

/** A damaged schema shows when the statements are prepared. */
function closingOnFailure<Opened>(db: Database.Database, create: () => Opened): Opened {
  try {
    return create();
  } catch (error) {
    db.close();
    throw storeError(error);
  }
}

function createWritableLog(
  path: string,
  db: Database.Database,
  pagesMax: number | undefined,
  unlock: () => void,
): CallEventLog {
  if (pagesMax !== undefined) db.exec(`PRAGMA max_page_count = ${pagesMax}`);
  const guard = createGuard(db, rememberFiles(path), `${path}.rescued`);
  const rows = prepareRows(db);
  return createLog({
    rows,
    writer: createWriter(db, rows, guard),
    guard,
    tryDisk: () => tryWriting(`${path}.probe`),
    release() {
      // One that has closed itself is left as it is: a last checkpoint could copy what was never safely written.
      if (!guard.isShut()) closeAfterWriting(db);
      unlock();
    },
  });
}

async function refuseProbe(): Promise<void> {
  throw new LogError('LOG_UNAVAILABLE', 'the log was opened read-only');
}

type Parts = {
  readonly rows: Rows;
  readonly writer: Writer;
  readonly guard: Guard;
  /** @throws LogError */
  readonly tryDisk: () => Promise<void>;
  readonly release: () => void;
};

function createLog({ rows, writer, guard, tryDisk, release }: Parts): CallEventLog {
  let closed = false;

  function checkOpen(): void {
    if (closed) throw new LogError('LOG_UNAVAILABLE', 'the log is closed');
    guard.checkOpen();
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
    read: async (stream, fromVersion = 1) => query(() => entriesOf(rows.stream(stream, fromVersion))),
    readStored: async (stream) => query(() => rows.stream(stream, 1)),
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
    async probe(stream) {
      checkOpen();
      guard.checkFiles();
      const { version } = query(() => rows.head(stream));
      if (version === 0) throw new LogError('LOG_UNAVAILABLE', 'the log has lost what was put into it');
      await tryDisk();
    },
    async close() {
      if (closed) return;
      writer.flush();
      closed = true;
      release();
    },
  };
}
