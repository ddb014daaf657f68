import { flawOf, textOrNull, time } from '../columns.ts';
import { type CallRows, type ReadStore, ReadStoreError } from '../ports.ts';
import { callFinder, newestBy } from './any-id.ts';
import { type Beginning, beginningOf, markFilled } from './begun-anew.ts';
import { type Carried, readLedger } from './carry-over.ts';
import { CALLS_COUNTED, callCounter } from './counted.ts';
import { type OnLongWork, openSqlite, type Sqlite, type SqliteKind } from './driver.ts';
import { makeMissing } from './kept-by-triggers.ts';
import { sessionLister } from './list.ts';
import { migrate, READ_STORE_MIGRATIONS } from './migrations.ts';
import { sqliteNotices } from './notices.ts';
import type { Columns } from './reading.ts';
import { rebuild } from './rebuild.ts';
import { CALL_IDS, callReader, callsReader, VERSIONS } from './rows.ts';
import { liveWriter } from './writer.ts';

export const READ_MODELS: SqliteKind = {
  codes: 'READ_STORE',
  // What the last moments before a power cut wrote may be gone, and is written again from the log at the next start;
  // the file itself stays whole in WAL mode. So no write waits for the disk.
  synchronous: 'NORMAL',
  whenCorrupt: 'move it away, it is built again from the log at start',
  checked: true,
};

/** The read models in one file. */
export type SqliteReadStore = ReadStore & {
  /** What the file knows of a damaged one whose place it took. */
  beginning(): Beginning;
  /** What is known of published notices, see readLedger. */
  ledger(now: string): Carried;
  /** Notes that the rows of all calls are there again. */
  markFilled(): void;
};

/**
 * Opens or creates the read models in a SQLite file. Several processes may have it open.
 * @param options `begin`: makes what is to stand in a new file; `patienceMs`: see openSqlite; `onLongWork`: see OnLongWork
 * @throws ReadStoreError
 */
export function openSqliteReadStore(
  path: string,
  options: {
    readonly begin?: (db: Sqlite) => void;
    readonly patienceMs?: number;
    readonly onLongWork?: OnLongWork;
  } = {},
): SqliteReadStore {
  let db: Sqlite | undefined;
  const prepare = (opened: Sqlite): void => {
    options.begin?.(opened);
    migrate(opened, READ_MODELS, READ_STORE_MIGRATIONS);
    makeMissing(opened, CALLS_COUNTED, options.onLongWork);
  };
  try {
    db = openSqlite(path, READ_MODELS, prepare, options.patienceMs);
    return readStore(db);
  } catch (error) {
    db?.close();
    throw error;
  }
}

const PROVIDERS: Columns = { table: 'CallSessions', columns: [{ sql: 'found', holds: textOrNull }] };
const NEWEST: Columns = {
  table: 'CallSessions',
  columns: [{ sql: 'max(UpdatedAt)', holds: (value) => value === null || time(value) }],
};

function readStore(db: Sqlite): SqliteReadStore {
  const writer = liveWriter(db);
  const bySession = callReader(db, 'S.CallSessionId = ?');
  const bySessions = callsReader(db);
  const byConnection = callReader(db, 'S.CallConnectionId = ? ORDER BY S.CallSessionId DESC LIMIT 1');
  const byAnyId = callFinder(db);
  const byProviderIds = db.query<[string | null]>(
    PROVIDERS,
    `(SELECT coalesce((${newestBy('CorrelationId', '?')}), (${newestBy('ServerCallId', '?')})) AS found)`,
  );
  const list = sessionLister(db);
  const counts = callCounter(db);
  const versions = db.query<[string, number]>(
    VERSIONS,
    'CallSessions WHERE CallSessionId IN (SELECT value FROM json_each(?))',
  );
  const open = db.query<[string]>(CALL_IDS, 'CallSessions WHERE Disposition IS NULL');
  const newest = db.query<[string | null]>(NEWEST, 'CallSessions');
  return {
    write: async (calls: readonly CallRows[]) => {
      for (const call of calls) refuseFlawed(call);
      try {
        db.transaction(() => calls.forEach(writer.write));
      } catch (error) {
        writer.rolledBack();
        throw error;
      }
    },
    bySession: async (callSessionId) => bySession(callSessionId),
    bySessions: async (callSessionIds) => bySessions(callSessionIds),
    byConnection: async (callConnectionId) => byConnection(callConnectionId),
    byAnyId: byAnyId.find,
    byProviderIds: async (ids) => byProviderIds.first(ids.correlationId, ids.serverCallId)?.[0] ?? null,
    list: async (page) => list(page),
    counts: async (from, to) => counts(from, to),
    versions: async (callSessionIds) => new Map(versions.all(JSON.stringify(callSessionIds))),
    open: async () => open.all().map(([callSessionId]) => callSessionId),
    newestUpdate: async () => newest.first()?.[0] ?? null,
    rebuild: (calls) => rebuild(db, calls),
    notices: sqliteNotices(db, beginningOf(db).lostBefore),
    beginning: () => beginningOf(db),
    ledger: (now) => readLedger(db, now),
    markFilled: () => markFilled(db),
    close: async () => {
      byAnyId.answer();
      db.close();
    },
  };
}

/** What could not be read again would later pass for damage of the file. */
function refuseFlawed(call: CallRows): void {
  const flaw = flawOf(call);
  if (flaw) throw new ReadStoreError('READ_STORE_REFUSED', `a row's ${flaw} is not what its column holds`);
}
