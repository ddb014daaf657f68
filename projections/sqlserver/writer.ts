import type { CallRows } from '../ports.ts';
import {
  definitions,
  jsonColumns,
  names,
  newestOfEach,
  RESPONSE_COLUMNS,
  responseValues,
  SESSION_COLUMNS,
  sessionValues,
} from './columns.ts';
import type { SqlParameters } from './driver.ts';
import { OVERTAKEN } from './errors.ts';
import { begin } from './locks.ts';
import type { TableNames } from './names.ts';

/** Parameters of `writeLive` and `writeFresh`. */
export function writeParameters(calls: readonly CallRows[]): SqlParameters {
  const newest = newestOfEach(calls);
  return {
    calls: JSON.stringify(newest.map(({ session }) => sessionValues(session))),
    responses: JSON.stringify(newest.flatMap(({ responses }) => responses.map(responseValues))),
  };
}

/** Writes calls into the tables that everybody reads, and tells a rebuild that is under way. */
export function writeLive(tables: TableNames): string {
  const { touched, rebuilds } = tables;
  return `${values()}
${begin(tables, ['rows'])}
${write(tables.live)}
INSERT INTO ${touched} (CallSessionId)
SELECT H.CallSessionId FROM @changed H
WHERE EXISTS (SELECT 1 FROM ${rebuilds}) AND NOT EXISTS (SELECT 1 FROM ${touched} T WHERE T.CallSessionId = H.CallSessionId);
COMMIT TRANSACTION;`;
}

/** Writes calls into the tables of the rebuild `@run`. */
export function writeFresh(tables: TableNames): string {
  return `${values()}
${begin(tables, ['rebuild'])}
${whileCurrent(tables)}
${write(tables.fresh)}
COMMIT TRANSACTION;`;
}

/** Ends the batch when another rebuild than `@run` is under way: they use the same tables. */
export function whileCurrent({ rebuilds }: TableNames): string {
  return `IF NOT EXISTS (SELECT 1 FROM ${rebuilds} WHERE Run = @run) THROW ${OVERTAKEN}, 'overtaken', 1;`;
}

/** Reads the parameters before the transaction begins, so that the lock is held no longer than needed. */
function values(): string {
  return `SET NOCOUNT ON; SET XACT_ABORT ON;
DECLARE @call TABLE (${definitions(SESSION_COLUMNS)}, PRIMARY KEY (CallSessionId));
DECLARE @response TABLE (${definitions(RESPONSE_COLUMNS)}, PRIMARY KEY (CallSessionId, QuestionNumber));
DECLARE @changed TABLE (CallSessionId NVARCHAR(64) NOT NULL PRIMARY KEY);
INSERT INTO @call (${names(SESSION_COLUMNS)})
SELECT ${names(SESSION_COLUMNS)} FROM OPENJSON(@calls) WITH (${jsonColumns(SESSION_COLUMNS)});
INSERT INTO @response (${names(RESPONSE_COLUMNS)})
SELECT ${names(RESPONSE_COLUMNS)} FROM OPENJSON(@responses) WITH (${jsonColumns(RESPONSE_COLUMNS)});`;
}

// Responses carry no version of their own: they are written exactly when their session's row is. Most writes of a call
// repeat the answers of the write before; a row that would stay the same is not touched.
function write({ sessions, responses }: TableNames['live']): string {
  const set = SESSION_COLUMNS.slice(1).map(({ name }) => `${name} = C.${name}`);
  const same = 'N.CallSessionId = R.CallSessionId AND N.QuestionNumber = R.QuestionNumber';
  return `INSERT INTO @changed (CallSessionId)
SELECT C.CallSessionId FROM @call C LEFT JOIN ${sessions} S ON S.CallSessionId = C.CallSessionId
WHERE S.Version IS NULL OR S.Version < C.Version;
UPDATE S SET ${set.join(', ')}
FROM ${sessions} S JOIN @call C ON C.CallSessionId = S.CallSessionId
WHERE S.Version < C.Version;
INSERT INTO ${sessions} (${names(SESSION_COLUMNS)})
SELECT ${names(SESSION_COLUMNS, 'C')} FROM @call C
WHERE NOT EXISTS (SELECT 1 FROM ${sessions} S WHERE S.CallSessionId = C.CallSessionId);
DELETE R FROM ${responses} R JOIN @changed H ON H.CallSessionId = R.CallSessionId
WHERE NOT EXISTS (SELECT 1 FROM @response N WHERE ${same});
UPDATE R SET ResponseId = N.ResponseId, Response = N.Response, RecordedAt = N.RecordedAt
FROM ${responses} R JOIN @response N ON ${same} JOIN @changed H ON H.CallSessionId = N.CallSessionId
WHERE R.ResponseId <> N.ResponseId OR R.Response <> N.Response OR R.RecordedAt <> N.RecordedAt;
INSERT INTO ${responses} (${names(RESPONSE_COLUMNS)})
SELECT ${names(RESPONSE_COLUMNS, 'N')} FROM @response N JOIN @changed H ON H.CallSessionId = N.CallSessionId
WHERE NOT EXISTS (SELECT 1 FROM ${responses} R WHERE ${same});`;
}
