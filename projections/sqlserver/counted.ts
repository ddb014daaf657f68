import type { CallStatus } from '../../src/domain/call/call.ts';
import type { Disposition } from '../../src/domain/call/disposition.ts';
import type { CallCount } from '../ports.ts';
import { sqlTime } from './columns.ts';
import type { SqlServerDb } from './driver.ts';
import { quoteTable, quoteText, type TableNames } from './names.ts';

/*
 * Calls that stand alike are of one kind: the same status, disposition ('' while open) and script. Of each kind the calls are
 * counted by the hour (UTC) in which they were created. A trigger keeps the figures, in the transaction of the row: so they are
 * right also while servers of an older release write beside ours, which know nothing of them.
 */

const KIND = 'Status, Disposition, Questionnaire';
const KIND_COLUMNS =
  'Status NVARCHAR(32) NOT NULL, Disposition NVARCHAR(32) NOT NULL, Questionnaire NVARCHAR(256) NOT NULL';

/** The statements that make the tables of the figures, what keeps them, and the indexes for calls of one kind. */
export function countTables(tables: TableNames): readonly string[] {
  const { kinds, counts, hours } = tables.counted;
  return [
    `CREATE INDEX IX_CallSessions_Standing ON ${tables.live.sessions} (Disposition, Status, CallSessionId)`,
    `CREATE INDEX IX_CallSessions_Kind ON ${tables.live.sessions} (Disposition, Status, Questionnaire, CallSessionId)`,
    `CREATE TABLE ${kinds} (${KIND_COLUMNS}, PRIMARY KEY (${KIND}))`,
    `CREATE TABLE ${counts} (${KIND_COLUMNS}, Hour DATETIME2(0) NOT NULL, Calls INT NOT NULL, PRIMARY KEY (${KIND}, Hour))`,
    `CREATE TABLE ${hours} (Hour DATETIME2(0) NOT NULL, FirstId NVARCHAR(64) NOT NULL, LastId NVARCHAR(64) NOT NULL,
      PRIMARY KEY (Hour))`,
    // Before they are filled: until the transaction ends nobody else can write rows then.
    makeTrigger(tables),
    recount(tables),
  ];
}

/** Makes the trigger, in a batch of its own as it has to be, wherever the statement stands. */
export function makeTrigger(tables: TableNames): string {
  return `EXEC(${quoteText(trigger(tables))})`;
}

/** The same where it is there already and names tables of another schema. */
export function remakeTrigger(tables: TableNames): string {
  return `IF OBJECT_ID(${quoteText(tables.counted.counts)}, 'U') IS NOT NULL
BEGIN
  EXEC(${quoteText(`DROP TRIGGER ${triggerName(tables)}`)});
  ${makeTrigger(tables)};
END;`;
}

function triggerName({ schema }: TableNames): string {
  return quoteTable({ schema, table: 'CallSessions_counted' });
}

function trigger(tables: TableNames): string {
  const { kinds, counts } = tables.counted;
  const row = (from: string, calls: number): string =>
    `SELECT Status, COALESCE(Disposition, N'') AS Disposition, Questionnaire, ${HOUR} AS Hour, ${calls} AS Calls FROM ${from}`;
  const same = 'K.Status = M.Status AND K.Disposition = M.Disposition AND K.Questionnaire = M.Questionnaire';
  return `CREATE TRIGGER ${triggerName(tables)} ON ${tables.live.sessions} AFTER INSERT, UPDATE, DELETE AS
BEGIN
SET NOCOUNT ON;
DECLARE @moved TABLE (${KIND_COLUMNS}, Hour DATETIME2(0) NOT NULL, Calls INT NOT NULL);
INSERT INTO @moved (${KIND}, Hour, Calls)
SELECT ${KIND}, Hour, SUM(Calls) FROM (${row('inserted', 1)} UNION ALL ${row('deleted', -1)}) R
GROUP BY ${KIND}, Hour HAVING SUM(Calls) <> 0;
INSERT INTO ${kinds} (${KIND})
SELECT DISTINCT ${KIND} FROM @moved M WHERE NOT EXISTS (SELECT 1 FROM ${kinds} K WHERE ${same});
UPDATE K SET Calls = K.Calls + M.Calls FROM ${counts} K JOIN @moved M ON ${same} AND K.Hour = M.Hour;
INSERT INTO ${counts} (${KIND}, Hour, Calls)
SELECT ${KIND}, Hour, Calls FROM @moved M
WHERE NOT EXISTS (SELECT 1 FROM ${counts} K WHERE ${same} AND K.Hour = M.Hour);
${keepHours(tables)}
END`;
}

const HOUR = "DATEADD(HOUR, DATEDIFF(HOUR, '20000101', CreatedAt), CAST('20000101' AS DATETIME2(0)))";

/** Which ids lie in an hour, for new rows only: most writes are of calls that are there. */
function keepHours({ counted: { hours } }: TableNames): string {
  const bounds = `SELECT ${HOUR} AS Hour, MIN(CallSessionId) AS FirstId, MAX(CallSessionId) AS LastId FROM inserted GROUP BY ${HOUR}`;
  return `UPDATE H SET FirstId = CASE WHEN I.FirstId < H.FirstId THEN I.FirstId ELSE H.FirstId END,
  LastId = CASE WHEN I.LastId > H.LastId THEN I.LastId ELSE H.LastId END
FROM ${hours} H JOIN (${bounds}) I ON I.Hour = H.Hour
WHERE I.FirstId < H.FirstId OR I.LastId > H.LastId;
INSERT INTO ${hours} (Hour, FirstId, LastId)
SELECT I.Hour, I.FirstId, I.LastId FROM (${bounds}) I WHERE NOT EXISTS (SELECT 1 FROM ${hours} H WHERE H.Hour = I.Hour);`;
}

/** Counts all calls again; inside a transaction. */
export function recount({ live, counted: { kinds, counts, hours } }: TableNames): string {
  const kind = "Status, COALESCE(Disposition, N'') AS Disposition, Questionnaire";
  return `DELETE FROM ${kinds};
DELETE FROM ${counts};
DELETE FROM ${hours};
INSERT INTO ${counts} (${KIND}, Hour, Calls)
SELECT ${KIND}, Hour, COUNT(*) FROM (SELECT ${kind}, ${HOUR} AS Hour FROM ${live.sessions}) S GROUP BY ${KIND}, Hour;
INSERT INTO ${kinds} (${KIND}) SELECT DISTINCT ${KIND} FROM ${counts};
INSERT INTO ${hours} (Hour, FirstId, LastId)
SELECT Hour, MIN(CallSessionId), MAX(CallSessionId) FROM (SELECT CallSessionId, ${HOUR} AS Hour FROM ${live.sessions}) S GROUP BY Hour`;
}

type CountRecord = Omit<CallCount, 'hour' | 'disposition'> & { hour: Date; disposition: Disposition | '' };

/** The figures of a time, kind by kind: each has its hours side by side. */
export async function callCounts(
  db: SqlServerDb,
  { counted: { kinds, counts } }: TableNames,
  from: string,
  to: string,
): Promise<readonly CallCount[]> {
  const text = `SELECT C.Hour AS hour, C.Status AS status, C.Disposition AS disposition, C.Questionnaire AS questionnaire, C.Calls AS calls
    FROM ${kinds} K JOIN ${counts} C ON C.Status = K.Status AND C.Disposition = K.Disposition AND C.Questionnaire = K.Questionnaire
    WHERE C.Hour >= CAST(@from AS DATETIME2(3)) AND C.Hour < CAST(@to AS DATETIME2(3)) AND C.Calls <> 0`;
  const found = await db.query<CountRecord>(text, { from: sqlTime(from), to: sqlTime(to) });
  return found.map(({ hour, status, disposition, questionnaire, calls }) => {
    const time = hour.toISOString();
    return {
      hour: time,
      status: status as CallStatus,
      disposition: disposition === '' ? null : disposition,
      questionnaire,
      calls,
    };
  });
}
