import type { NoticeLedger, NoticeMark } from '../ports.ts';
import { sqlTime } from './columns.ts';
import type { SqlServerDb } from './driver.ts';
import { begin } from './locks.ts';
import type { TableNames } from './names.ts';
import { CALL, type CallRecord, callRows } from './rows.ts';

/** What has been published of each call. */
export function sqlServerNotices(db: SqlServerDb, tables: TableNames): NoticeLedger {
  const due = dueText(tables);
  const mark = markText(tables);
  return {
    async due(since, limit) {
      const records = await db.query<CallRecord & { notices: string }>(due, { since: sqlTime(since), limit });
      const published = new Map(records.map(({ callSessionId, notices }) => [callSessionId, notices]));
      return callRows(records).map((rows) => ({
        rows,
        published: JSON.parse(published.get(rows.session.callSessionId) ?? '[]') as string[],
      }));
    },
    async mark(marks) {
      if (marks.length > 0) await db.batch(mark, { marks: JSON.stringify(newestOfEach(marks)) });
    },
  };
}

function dueText({ live: { sessions, responses }, notices }: TableNames): string {
  return `SELECT ${CALL}, D.Notices AS notices
FROM (
  SELECT TOP (@limit) S.CallSessionId, COALESCE(P.Notices, N'[]') AS Notices
  FROM ${sessions} S LEFT JOIN ${notices} P ON P.CallSessionId = S.CallSessionId
  WHERE S.UpdatedAt >= CAST(@since AS DATETIME2(3)) AND (P.Version IS NULL OR P.Version < S.Version)
    AND (S.Disposition IS NOT NULL OR EXISTS (SELECT 1 FROM ${responses} A WHERE A.CallSessionId = S.CallSessionId))
  ORDER BY S.UpdatedAt, S.CallSessionId
) D
JOIN ${sessions} S ON S.CallSessionId = D.CallSessionId
LEFT JOIN ${responses} R ON R.CallSessionId = S.CallSessionId
ORDER BY S.UpdatedAt, S.CallSessionId, R.QuestionNumber`;
}

function markText(tables: TableNames): string {
  const { notices } = tables;
  return `SET NOCOUNT ON; SET XACT_ABORT ON;
DECLARE @mark TABLE (CallSessionId NVARCHAR(64) NOT NULL PRIMARY KEY, Version INT NOT NULL, Notices NVARCHAR(MAX) NOT NULL);
INSERT INTO @mark (CallSessionId, Version, Notices)
SELECT CallSessionId, Version, Notices
FROM OPENJSON(@marks) WITH (CallSessionId NVARCHAR(MAX) '$[0]', Version INT '$[1]', Notices NVARCHAR(MAX) '$[2]' AS JSON);
${begin(tables, ['notices'])}
UPDATE P SET Version = M.Version, Notices = M.Notices
FROM ${notices} P JOIN @mark M ON M.CallSessionId = P.CallSessionId WHERE P.Version <= M.Version;
INSERT INTO ${notices} (CallSessionId, Version, Notices)
SELECT M.CallSessionId, M.Version, M.Notices FROM @mark M
WHERE NOT EXISTS (SELECT 1 FROM ${notices} P WHERE P.CallSessionId = M.CallSessionId);
COMMIT TRANSACTION;`;
}

/** As if the marks came one after the other. */
function newestOfEach(marks: readonly NoticeMark[]): (readonly [string, number, readonly string[]])[] {
  const newest = new Map<string, NoticeMark>();
  for (const mark of marks) {
    const known = newest.get(mark.callSessionId);
    if (!known || known.version <= mark.version) newest.set(mark.callSessionId, mark);
  }
  return [...newest.values()].map((mark) => [mark.callSessionId, mark.version, mark.published] as const);
}
