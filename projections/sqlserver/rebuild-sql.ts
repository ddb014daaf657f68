import { type Column, names, RESPONSE_COLUMNS, SESSION_COLUMNS } from './columns.ts';
import { recount } from './counted.ts';
import { begin } from './locks.ts';
import type { TableNames } from './names.ts';
import { whileCurrent } from './writer.ts';

const CALLS_PER_RANGE = 5_000;
/** Fewer than SQL Server takes to lock the whole table. */
const ROWS_PER_DELETE = 4_000;

/** Makes this the rebuild under way. From here on writers tell which calls they write. Gives its `run`. */
export function beginRebuild(tables: TableNames): string {
  const { rebuilds, touched, differing } = tables;
  return `${begin(tables, ['rebuild', 'rows'])}
DELETE FROM ${rebuilds};
DELETE FROM ${touched};
DELETE FROM ${differing};
INSERT INTO ${rebuilds} DEFAULT VALUES;
COMMIT TRANSACTION;
SELECT MAX(Run) AS run FROM ${rebuilds};`;
}

/** Removes some of what rebuilds filled; gives how many rows, 0 when there are no more. */
export function clearSome(tables: TableNames): string {
  const { fresh } = tables;
  return `${begin(tables, ['rebuild'])}
${whileCurrent(tables)}
DECLARE @removed INT;
DELETE TOP (${ROWS_PER_DELETE}) FROM ${fresh.responses};
SET @removed = @@ROWCOUNT;
DELETE TOP (${ROWS_PER_DELETE}) FROM ${fresh.sessions};
SET @removed = @removed + @@ROWCOUNT;
COMMIT TRANSACTION;
SELECT @removed AS removed;`;
}

/** The last id of the range after `@from`, over the ids of both tables; no row when the range is the last. */
export function rangeEnd({ live, fresh }: TableNames): string {
  return `SELECT CallSessionId AS id FROM (
  SELECT CallSessionId FROM ${live.sessions} WHERE CallSessionId > @from
  UNION SELECT CallSessionId FROM ${fresh.sessions} WHERE CallSessionId > @from
) B ORDER BY CallSessionId OFFSET ${CALLS_PER_RANGE - 1} ROWS FETCH NEXT 1 ROWS ONLY;`;
}

/** Notes the calls of a range that differ, but for those written meanwhile. */
export function compareRange(tables: TableNames, last: boolean): string {
  const { touched } = tables;
  const range = last ? 'CallSessionId > @from' : 'CallSessionId > @from AND CallSessionId <= @to';
  return `${begin(tables, ['rebuild', 'rows'])}
${whileCurrent(tables)}
${note(tables, range, `NOT EXISTS (SELECT 1 FROM ${touched} T WHERE T.CallSessionId = D.CallSessionId)`)}
COMMIT TRANSACTION;`;
}

/**
 * Makes the live tables equal to the new ones, but for calls whose live row is the newer one; then counts, and names what
 * differed. Rows go over and tables keep their names: nothing else in the database (rights, indexes, views) has to follow,
 * and of a rebuild that finds little wrong little is written. Run twice it gives the same.
 */
export function swap(tables: TableNames): string {
  const { live, fresh, touched, differing } = tables;
  const older = 'NOT EXISTS (SELECT 1 FROM @newer N WHERE N.CallSessionId = D.CallSessionId)';
  return `${begin(tables, ['rebuild', 'rows'])}
${whileCurrent(tables)}
DECLARE @newer TABLE (CallSessionId NVARCHAR(64) NOT NULL PRIMARY KEY);
INSERT INTO @newer (CallSessionId)
SELECT T.CallSessionId FROM ${touched} T JOIN ${live.sessions} L ON L.CallSessionId = T.CallSessionId
LEFT JOIN ${fresh.sessions} F ON F.CallSessionId = T.CallSessionId
WHERE F.Version IS NULL OR L.Version > F.Version;
${note(tables, `CallSessionId IN (SELECT CallSessionId FROM ${touched})`, older)}
DELETE R FROM ${live.responses} R JOIN ${differing} D ON D.CallSessionId = R.CallSessionId WHERE ${older};
DELETE S FROM ${live.sessions} S JOIN ${differing} D ON D.CallSessionId = S.CallSessionId WHERE ${older};
${copy(SESSION_COLUMNS, fresh.sessions, live.sessions, differing, older)}
${copy(RESPONSE_COLUMNS, fresh.responses, live.responses, differing, older)}
${recount(tables)};
SELECT (SELECT COUNT(*) FROM ${live.sessions}) AS sessions, (SELECT COUNT(*) FROM ${live.responses}) AS responses;
SELECT CallSessionId AS id FROM ${differing} ORDER BY CallSessionId;
COMMIT TRANSACTION;`;
}

/** Ends the rebuild: writers tell nothing further. */
export function endRebuild(tables: TableNames): string {
  const { rebuilds, touched, differing } = tables;
  return `${begin(tables, ['rebuild', 'rows'])}
${whileCurrent(tables)}
DELETE FROM ${touched};
DELETE FROM ${differing};
DELETE FROM ${rebuilds};
COMMIT TRANSACTION;`;
}

function copy(columns: readonly Column[], from: string, to: string, differing: string, where: string): string {
  return `INSERT INTO ${to} (${names(columns)})
SELECT ${names(columns, 'F')} FROM ${from} F JOIN ${differing} D ON D.CallSessionId = F.CallSessionId WHERE ${where};`;
}

/** Notes the calls within `range` whose rows are not the same in both pairs of tables, if `wanted` holds for `D`. */
function note({ live, fresh, differing }: TableNames, range: string, wanted: string): string {
  const missing = (columns: readonly Column[], from: string, other: string): string =>
    `SELECT CallSessionId FROM (
  SELECT ${names(columns)} FROM ${from} WHERE ${range} EXCEPT SELECT ${names(columns)} FROM ${other} WHERE ${range}
) X`;
  return `INSERT INTO ${differing} (CallSessionId)
SELECT D.CallSessionId FROM (
${missing(SESSION_COLUMNS, live.sessions, fresh.sessions)}
UNION ${missing(SESSION_COLUMNS, fresh.sessions, live.sessions)}
UNION ${missing(RESPONSE_COLUMNS, live.responses, fresh.responses)}
UNION ${missing(RESPONSE_COLUMNS, fresh.responses, live.responses)}
) D
WHERE ${wanted}
  AND NOT EXISTS (SELECT 1 FROM ${differing} K WHERE K.CallSessionId = D.CallSessionId);`;
}
