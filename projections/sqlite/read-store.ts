import type { CallRows, ReadStore } from '../ports.ts';
import { openSqlite, type Sqlite, type SqliteKind } from './driver.ts';
import { sessionLister } from './list.ts';
import { migrate, READ_STORE_MIGRATIONS } from './migrations.ts';
import { sqliteNotices } from './notices.ts';
import { rebuild } from './rebuild.ts';
import { callReader } from './rows.ts';
import { callWriter, LIVE } from './writer.ts';

const KIND: SqliteKind = {
  codes: 'READ_STORE',
  // What the last moments before a power cut wrote may be gone, and is written again from the log at the next start;
  // the file itself stays whole in WAL mode. So no write waits for the disk.
  synchronous: 'NORMAL',
  whenCorrupt: 'delete the file, it is rebuilt at start',
};

/**
 * Opens or creates the read models in a SQLite file. Several processes may have it open.
 * @throws ReadStoreError
 */
export function openSqliteReadStore(path: string): ReadStore {
  const db = openSqlite(path, KIND);
  try {
    migrate(db, KIND.codes, READ_STORE_MIGRATIONS);
    return readStore(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function readStore(db: Sqlite): ReadStore {
  const writeCall = callWriter(db, LIVE);
  const bySession = callReader(db, 'S.CallSessionId = ?');
  const byConnection = callReader(db, 'S.CallConnectionId = ? ORDER BY S.CallSessionId DESC LIMIT 1');
  const byProviderIds = db.query<[string | null]>(
    `SELECT coalesce((${newestBy('CorrelationId')}), (${newestBy('ServerCallId')}))`,
  );
  const list = sessionLister(db);
  const versions = db.query<[string, number]>(
    'SELECT CallSessionId, Version FROM CallSessions WHERE CallSessionId IN (SELECT value FROM json_each(?))',
  );
  const open = db.query<[string]>('SELECT CallSessionId FROM CallSessions WHERE Disposition IS NULL');
  const newest = db.query<[string | null]>('SELECT max(UpdatedAt) FROM CallSessions');
  return {
    write: async (calls: readonly CallRows[]) => db.transaction(() => calls.forEach(writeCall)),
    bySession: async (callSessionId) => bySession(callSessionId),
    byConnection: async (callConnectionId) => byConnection(callConnectionId),
    byProviderIds: async (ids) => byProviderIds.first(ids.correlationId, ids.serverCallId)?.[0] ?? null,
    list: async (page) => list(page),
    versions: async (callSessionIds) => new Map(versions.all(JSON.stringify(callSessionIds))),
    open: async () => open.all().map(([callSessionId]) => callSessionId),
    newestUpdate: async () => newest.first()?.[0] ?? null,
    rebuild: (calls) => rebuild(db, calls),
    notices: sqliteNotices(db),
    close: async () => db.close(),
  };
}

function newestBy(column: 'CorrelationId' | 'ServerCallId'): string {
  return `SELECT CallSessionId FROM CallSessions WHERE ${column} = ? ORDER BY CallSessionId DESC LIMIT 1`;
}
