import type { CallStatus } from '../../src/domain/call/call.ts';
import type { Disposition } from '../../src/domain/call/disposition.ts';
import { count, text } from '../columns.ts';
import type { CallCount } from '../ports.ts';
import type { Sqlite } from './driver.ts';
import type { Kept } from './kept-by-triggers.ts';
import type { Columns } from './reading.ts';

/*
 * Calls that stand alike are of one kind: the same status, disposition ('' while open) and script. Of each kind the calls are
 * counted by the hour (`2026-03-01T09`, UTC) in which they were created. Triggers keep the figures, in the transaction of the
 * row: so they are right whichever way a row is written.
 */

const TABLES = `
  CREATE TABLE CallKinds (
    Status TEXT NOT NULL,
    Disposition TEXT NOT NULL,
    Questionnaire TEXT NOT NULL,
    PRIMARY KEY (Status, Disposition, Questionnaire)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE CallCounts (
    Status TEXT NOT NULL,
    Disposition TEXT NOT NULL,
    Questionnaire TEXT NOT NULL,
    Hour TEXT NOT NULL,
    Calls INTEGER NOT NULL,
    PRIMARY KEY (Status, Disposition, Questionnaire, Hour)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE CallHours (
    Hour TEXT NOT NULL PRIMARY KEY,
    FirstId TEXT NOT NULL,
    LastId TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;`;

const MOVED = ['Status', 'Disposition', 'Questionnaire', 'CreatedAt'];

const TRIGGERS = `
  CREATE TRIGGER CallSessions_counted_INSERT AFTER INSERT ON CallSessions BEGIN
    ${oneMore()}
    ${itsHour('true')}
  END;
  CREATE TRIGGER CallSessions_counted_UPDATE AFTER UPDATE OF ${MOVED.join(', ')} ON CallSessions
  WHEN (${MOVED.map((name) => `OLD.${name}`).join(', ')}) IS NOT (${MOVED.map((name) => `NEW.${name}`).join(', ')})
  BEGIN
    ${oneLess()}
    ${oneMore()}
    ${itsHour('NEW.CreatedAt <> OLD.CreatedAt')}
  END;
  CREATE TRIGGER CallSessions_counted_DELETE AFTER DELETE ON CallSessions BEGIN
    ${oneLess()}
  END;`;

function oneMore(): string {
  const kind = "NEW.Status, ifnull(NEW.Disposition, ''), NEW.Questionnaire";
  return `INSERT INTO CallKinds VALUES (${kind}) ON CONFLICT DO NOTHING;
    INSERT INTO CallCounts VALUES (${kind}, substr(NEW.CreatedAt, 1, 13), 1)
    ON CONFLICT DO UPDATE SET Calls = Calls + 1;`;
}

function oneLess(): string {
  return `UPDATE CallCounts SET Calls = Calls - 1
    WHERE Status = OLD.Status AND Disposition = ifnull(OLD.Disposition, '') AND Questionnaire = OLD.Questionnaire
    AND Hour = substr(OLD.CreatedAt, 1, 13);`;
}

function itsHour(when: string): string {
  return `INSERT INTO CallHours SELECT substr(NEW.CreatedAt, 1, 13), NEW.CallSessionId, NEW.CallSessionId WHERE ${when}
    ON CONFLICT DO UPDATE SET FirstId = min(FirstId, excluded.FirstId), LastId = max(LastId, excluded.LastId);`;
}

/** Counts all calls again; inside a transaction. */
export const RECOUNT = `
  DELETE FROM CallKinds;
  DELETE FROM CallCounts;
  DELETE FROM CallHours;
  INSERT INTO CallCounts
  SELECT Status, ifnull(Disposition, ''), Questionnaire, substr(CreatedAt, 1, 13), count(*) FROM CallSessions GROUP BY 1, 2, 3, 4;
  INSERT INTO CallKinds SELECT DISTINCT Status, Disposition, Questionnaire FROM CallCounts;
  INSERT INTO CallHours
  SELECT substr(CreatedAt, 1, 13), min(CallSessionId), max(CallSessionId) FROM CallSessions GROUP BY 1;`;

/**
 * All that figures and lists need beside the rows. No migration, so that a release that knows nothing of it goes on with the
 * file: the triggers count what that writes. Whatever is looked for by status or disposition is looked for by both, so that
 * each index has the order of `list`.
 */
export const COUNTED = `
  DROP INDEX IF EXISTS CallSessions_Status;
  DROP INDEX IF EXISTS CallSessions_Disposition;
  CREATE INDEX IF NOT EXISTS CallSessions_Standing ON CallSessions (Disposition, Status);
  CREATE INDEX IF NOT EXISTS CallSessions_Kind ON CallSessions (Disposition, Status, Questionnaire);
  DROP TRIGGER IF EXISTS CallSessions_counted_INSERT;
  DROP TRIGGER IF EXISTS CallSessions_counted_UPDATE;
  DROP TRIGGER IF EXISTS CallSessions_counted_DELETE;
  DROP TABLE IF EXISTS CallKinds;
  DROP TABLE IF EXISTS CallCounts;
  DROP TABLE IF EXISTS CallHours;
  ${TABLES}
  ${TRIGGERS}
  ${RECOUNT}`;

export const CALLS_COUNTED: Kept = {
  table: 'CallSessions',
  triggers: 'CallSessions_counted_',
  sql: COUNTED,
  inWords: 'all calls are counted by the hour, once for this file: some ten seconds for each million',
};

/** A time up to its hour, as the tables have it. */
export function hourOf(time: string): string {
  return time.slice(0, 13);
}

type CountTuple = [
  hour: string,
  status: CallStatus,
  disposition: Disposition | '',
  questionnaire: string,
  calls: number,
];

const HOUR = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

const COUNTS: Columns = {
  table: 'CallCounts',
  columns: [
    { sql: 'C.Hour', holds: (value) => typeof value === 'string' && HOUR.test(value) },
    { sql: 'C.Status', holds: text },
    { sql: 'C.Disposition', holds: text },
    { sql: 'C.Questionnaire', holds: text },
    { sql: 'C.Calls', holds: count },
  ],
};

/** Prepares the figures of a time, kind by kind: each has its hours side by side. */
export function callCounter(db: Sqlite): (from: string, to: string) => CallCount[] {
  const counts = db.query<CountTuple>(
    COUNTS,
    `CallKinds K CROSS JOIN CallCounts C
     ON C.Status = K.Status AND C.Disposition = K.Disposition AND C.Questionnaire = K.Questionnaire
     WHERE C.Hour || ':00:00.000Z' >= ? AND C.Hour || ':00:00.000Z' < ? AND C.Hour >= ? AND C.Hour <= ? AND C.Calls <> 0`,
  );
  return (from, to) =>
    counts.all(from, to, hourOf(from), hourOf(to)).map(([hour, status, disposition, questionnaire, calls]) => {
      const time = `${hour}:00:00.000Z`;
      return { hour: time, status, disposition: disposition === '' ? null : disposition, questionnaire, calls };
    });
}
