import type { NoticeLedger, NoticeMark } from '../ports.ts';
import type { Sqlite } from './driver.ts';
import { CALL_COLUMNS, type CallTuple, callRows } from './rows.ts';

const DUE = `
  SELECT ${CALL_COLUMNS}, coalesce(P.Notices, '[]')
  FROM CallSessions S LEFT JOIN PublishedNotices P ON P.CallSessionId = S.CallSessionId
  WHERE S.UpdatedAt >= ? AND (P.Version IS NULL OR P.Version < S.Version)
    AND (S.Disposition IS NOT NULL OR EXISTS (SELECT 1 FROM CallResponses A WHERE A.CallSessionId = S.CallSessionId))
  ORDER BY S.UpdatedAt, S.CallSessionId LIMIT ?`;

const MARK = `
  INSERT INTO PublishedNotices (CallSessionId, Version, Notices) VALUES (?, ?, ?)
  ON CONFLICT (CallSessionId) DO UPDATE SET Version = excluded.Version, Notices = excluded.Notices
  WHERE excluded.Version >= Version`;

/** What has been published of each call, in the file of the read models. */
export function sqliteNotices(db: Sqlite): NoticeLedger {
  const due = db.query<[...CallTuple, notices: string]>(DUE);
  const mark = db.command(MARK);
  const markOne = ({ callSessionId, version, published }: NoticeMark): void => {
    mark.run(callSessionId, version, JSON.stringify(published));
  };
  return {
    due: async (since, limit) =>
      due.all(since, limit).map((row) => ({ rows: callRows(row), published: JSON.parse(row[12]) as string[] })),
    mark: async (marks) => db.transaction(() => marks.forEach(markOne)),
  };
}
