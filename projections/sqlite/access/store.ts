import { type AccessRecords, type AccessStore, subjectsOf } from '../../access.ts';
import { count, text, textOrNull } from '../../columns.ts';
import { openSqlite, type Query, type Sqlite, type SqliteKind } from '../driver.ts';
import { migrate } from '../migrations.ts';
import { patiently } from '../patience.ts';
import type { Columns } from '../reading.ts';
import { accessQuery } from './list.ts';
import { ACCESS_MIGRATIONS } from './migrations.ts';
import { ACCESS_COLUMNS, type AccessTuple, accessRecord, accessValues } from './rows.ts';

const KIND: SqliteKind = {
  codes: 'READ_STORE',
  // As for the rows of calls: what a power cut takes is read from the log again.
  synchronous: 'NORMAL',
  whenCorrupt: 'start the server again, which sets it aside and makes it again from the log',
  checked: true,
};

const ROWS: Columns = {
  table: 'AccessRecords',
  columns: ACCESS_COLUMNS.map(({ name, holds }) => ({ sql: `A.${name}`, holds })),
};
const STREAMS: Columns = {
  table: 'AccessStreams',
  columns: [
    { sql: 'Stream', holds: text },
    { sql: 'Version', holds: count },
  ],
};
const CAUGHT_UP: Columns = { table: 'AccessCaughtUp', columns: [{ sql: 'max(At)', holds: textOrNull }] };

/**
 * Opens or creates the rows of who looked in a SQLite file of their own: they grow with every look, and a release that does
 * not know them can go on with the others.
 * @throws ReadStoreError
 */
export function openSqliteAccessStore(path: string, patienceMs?: number): AccessStore {
  const db = openSqlite(path, KIND, (opened) => migrate(opened, KIND, ACCESS_MIGRATIONS), patienceMs);
  try {
    return accessStore(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function accessStore(db: Sqlite): AccessStore {
  const write = writer(db);
  const pages = new Map<string, Query<AccessTuple>>();
  const versions = db.query<[string, number]>(
    STREAMS,
    'AccessStreams WHERE Stream IN (SELECT value FROM json_each(?))',
  );
  const streams = db.query<[string, number]>(STREAMS, 'AccessStreams ORDER BY Stream');
  const ofStream = db.query<AccessTuple>(ROWS, 'AccessRecords A WHERE A.Stream = ? ORDER BY A.Version');
  const caughtUp = db.query<[string | null]>(CAUGHT_UP, 'AccessCaughtUp');
  const subjects = db.command(
    'DELETE FROM AccessSubjects WHERE RecordId IN (SELECT RecordId FROM AccessRecords WHERE Stream = ?)',
  );
  const records = db.command('DELETE FROM AccessRecords WHERE Stream = ?');
  const stream = db.command('DELETE FROM AccessStreams WHERE Stream = ?');
  return {
    write: (batch) => patiently(() => db.transaction(() => batch.forEach(write))),
    versions: async (names) => new Map(versions.all(JSON.stringify(names))),
    async list(page) {
      const { rest, values } = accessQuery(page);
      const query = pages.get(rest) ?? db.query<AccessTuple>(ROWS, rest);
      pages.set(rest, query);
      return query.all(...values).map(accessRecord);
    },
    streams: async () => streams.all().map(([name]) => name),
    ofStream: async (name) => ofStream.all(name).map(accessRecord),
    replace: (wanted) =>
      patiently(() =>
        db.transaction(() => {
          for (const remove of [subjects, records, stream]) remove.run(wanted.stream);
          if (wanted.version > 0) write(wanted);
        }),
      ),
    caughtUpTo: async () => caughtUp.first()?.[0] ?? null,
    markCaughtUp: (at) =>
      patiently(() =>
        db.transaction(() => {
          const before = caughtUp.first()?.[0] ?? '';
          if (before >= at) return;
          db.exec('DELETE FROM AccessCaughtUp');
          db.command('INSERT INTO AccessCaughtUp (At) VALUES (?)').run(at);
        }),
      ),
    close: async () => db.close(),
  };
}

/** Prepares the write of one stream's records; to be used inside a transaction. */
function writer(db: Sqlite): (records: AccessRecords) => void {
  const names = ACCESS_COLUMNS.map(({ name }) => name);
  const record = db.command(
    `INSERT INTO AccessRecords (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`,
  );
  const subject = db.command('INSERT INTO AccessSubjects (Subject, RecordId) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const stream = db.command(
    `INSERT INTO AccessStreams (Stream, Version) VALUES (?, ?)
     ON CONFLICT (Stream) DO UPDATE SET Version = excluded.Version WHERE excluded.Version > Version`,
  );
  return (wanted) => {
    for (const one of wanted.records) {
      if (record.run(...accessValues(one)) === 0) continue;
      for (const name of subjectsOf(one)) subject.run(name, one.recordId);
    }
    stream.run(wanted.stream, wanted.version);
  };
}
