import type { DueNotices, NoticeLedger, NoticeMark } from '../ports.ts';
import type { Sqlite } from './driver.ts';
import type { Columns } from './reading.ts';
import { CALLS, type CallTuple, callRows } from './rows.ts';

type DueTuple = readonly [...CallTuple, published: readonly string[], isMarked: 0 | 1];

const isPublished = (value: unknown): boolean =>
  Array.isArray(value) && value.every((notice) => typeof notice === 'string');

const DUE: Columns = {
  table: 'CallSessions or PublishedNotices',
  columns: [
    ...CALLS.columns,
    { sql: "json(coalesce(P.Notices, '[]'))", holds: isPublished },
    { sql: 'P.Version IS NOT NULL', holds: (value) => value === 0 || value === 1 },
  ],
};

const DUE_FROM = `
  CallSessions S LEFT JOIN PublishedNotices P ON P.CallSessionId = S.CallSessionId
  WHERE S.UpdatedAt >= ?1 AND (P.Version < S.Version OR (P.Version IS NULL AND S.UpdatedAt >= ?2))
    AND (S.Disposition IS NOT NULL OR EXISTS (SELECT 1 FROM CallResponses A WHERE A.CallSessionId = S.CallSessionId))
  ORDER BY S.UpdatedAt, S.CallSessionId LIMIT ?3`;

const MARK = `
  INSERT INTO PublishedNotices (CallSessionId, Version, Notices) VALUES (?, ?, ?)
  ON CONFLICT (CallSessionId) DO UPDATE SET Version = excluded.Version, Notices = excluded.Notices
  WHERE excluded.Version >= Version`;

/**
 * What has been published of each call, in the file of the read models.
 * @param lostBefore what of the ledger is older than this was lost with a damaged file; '' for none
 */
export function sqliteNotices(db: Sqlite, lostBefore: string): NoticeLedger {
  const due = db.query<DueTuple>(DUE, DUE_FROM);
  const mark = marker(db);
  const dueOf = (row: DueTuple): DueNotices => {
    const found = { rows: callRows(row), published: row[12] };
    return row[13] === 1 || lostBefore === '' ? found : { ...found, toldBefore: lostBefore };
  };
  return {
    due: async (since, limit) => due.all(since, lostBefore, limit).map(dueOf),
    mark: async (marks) => db.transaction(() => marks.forEach(mark)),
  };
}

/** Prepares the writing of one mark, to be used inside a transaction. */
export function marker(db: Sqlite): (mark: NoticeMark) => void {
  const mark = db.command(MARK);
  return ({ callSessionId, version, published }) => void mark.run(callSessionId, version, JSON.stringify(published));
}

type MarkTuple = readonly [callSessionId: string, version: number, published: readonly string[]];

const MARKS: Columns = {
  table: 'PublishedNotices',
  columns: [
    { sql: 'CallSessionId', holds: (value) => typeof value === 'string' },
    { sql: 'Version', holds: Number.isSafeInteger },
    { sql: 'json(Notices)', holds: isPublished },
  ],
};

/** A way through the ledger: what comes next from an id on. */
export type Way = {
  readonly marks: (id: string, limit: number) => NoticeMark[];
  /** The id alone of the one that comes next; empty at the end. */
  readonly ids: (id: string) => string[];
};

/** Prepares the way through the ledger from its first row on. */
export const ledgerAfter = (db: Sqlite): Way =>
  wayOf(db, 'PublishedNotices WHERE CallSessionId > ? ORDER BY CallSessionId LIMIT ?');

/** Prepares the way back from its last row. */
export const ledgerBefore = (db: Sqlite): Way =>
  wayOf(db, 'PublishedNotices WHERE CallSessionId < ? ORDER BY CallSessionId DESC LIMIT ?');

function wayOf(db: Sqlite, rest: string): Way {
  const marks = db.query<MarkTuple>(MARKS, rest);
  const ids = db.query<[string]>({ ...MARKS, columns: MARKS.columns.slice(0, 1) }, rest);
  const markOf = ([callSessionId, version, published]: MarkTuple): NoticeMark => ({
    callSessionId,
    version,
    published,
  });
  return {
    marks: (id, limit) => marks.all(id, limit).map(markOf),
    ids: (id) => ids.all(id, 1).map(([next]) => next),
  };
}
