import { text } from '../columns.ts';
import { RECOUNT } from './counted.ts';
import type { Sqlite } from './driver.ts';
import type { Columns } from './reading.ts';
import { RESPONSE_COLUMNS, SESSION_COLUMNS } from './rows.ts';
import { LIVE, type Tables } from './writer.ts';

/** The tables that a rebuild fills. */
export const NEW: Tables = { sessions: 'CallSessions_new', responses: 'CallResponses_new' };

/** The ids of calls whose live row was written since the rebuild began. */
export const TOUCHED = 'CallSessions_touched';

/** The ids among them whose live row shows a later version than the rebuilt one, or has none beside it. */
export const NEWER_LIVE = `
  SELECT T.CallSessionId FROM ${TOUCHED} T
  JOIN ${LIVE.sessions} L ON L.CallSessionId = T.CallSessionId
  LEFT JOIN ${NEW.sessions} N ON N.CallSessionId = T.CallSessionId
  WHERE N.Version IS NULL OR L.Version > N.Version`;

/** Makes the new tables, dropping those that a rebuild left which was interrupted. */
export function beginTables(db: Sqlite): void {
  dropTables(db);
  // Copied from what the file has, so that they are alike after any migration. Indexes come last: sorting once is
  // faster than keeping them in order.
  for (const sql of definitions(db, 'table')) db.exec(sql.replaceAll(/\b(CallSessions|CallResponses)\b/g, '$1_new'));
  db.exec(`
    CREATE TABLE ${TOUCHED} (CallSessionId TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
    ${touch('INSERT')}
    ${touch('UPDATE')}`);
}

function touch(event: 'INSERT' | 'UPDATE'): string {
  return `
    CREATE TRIGGER ${TOUCHED}_${event} AFTER ${event} ON ${LIVE.sessions} BEGIN
      INSERT INTO ${TOUCHED} VALUES (NEW.CallSessionId) ON CONFLICT DO NOTHING;
    END;`;
}

/** Drops what a rebuild made. */
export function dropTables(db: Sqlite): void {
  db.exec(`
    DROP TRIGGER IF EXISTS ${TOUCHED}_INSERT;
    DROP TRIGGER IF EXISTS ${TOUCHED}_UPDATE;
    DROP TABLE IF EXISTS ${TOUCHED};
    DROP TABLE IF EXISTS ${NEW.responses};
    DROP TABLE IF EXISTS ${NEW.sessions};`);
}

/** Puts the new tables in the place of the live ones, with the newer live rows in them. Needs foreign keys off. */
export function swapTables(db: Sqlite): void {
  const indexes = definitions(db, 'index');
  const triggers = definitions(db, 'trigger').filter((sql) => !sql.includes(TOUCHED));
  const ids = `SELECT CallSessionId FROM ${TOUCHED}`;
  db.exec(`
    DELETE FROM ${TOUCHED} WHERE CallSessionId NOT IN (${NEWER_LIVE});
    DELETE FROM ${NEW.responses} WHERE CallSessionId IN (${ids});
    DELETE FROM ${NEW.sessions} WHERE CallSessionId IN (${ids});
    ${copy(SESSION_COLUMNS, LIVE.sessions, NEW.sessions)}
    ${copy(RESPONSE_COLUMNS, LIVE.responses, NEW.responses)}
    DROP TABLE ${LIVE.responses};
    DROP TABLE ${LIVE.sessions};
    DROP TABLE ${TOUCHED};
    ALTER TABLE ${NEW.sessions} RENAME TO ${LIVE.sessions};
    ALTER TABLE ${NEW.responses} RENAME TO ${LIVE.responses};`);
  for (const sql of [...indexes, ...triggers]) db.exec(sql);
  db.exec(RECOUNT);
}

function copy(columns: string, from: string, to: string): string {
  return `INSERT INTO ${to} (${columns}) SELECT ${columns} FROM ${from}
    WHERE CallSessionId IN (SELECT CallSessionId FROM ${TOUCHED});`;
}

const DEFINITIONS: Columns = { table: 'sqlite_schema', columns: [{ sql: 'sql', holds: text }] };

/** The statements that made the live tables, their indexes or triggers; parents before children. */
function definitions(db: Sqlite, type: 'table' | 'index' | 'trigger'): string[] {
  const rest = 'sqlite_schema WHERE type = ? AND tbl_name IN (?, ?) AND sql IS NOT NULL ORDER BY tbl_name DESC';
  return db
    .query<[string]>(DEFINITIONS, rest)
    .all(type, LIVE.sessions, LIVE.responses)
    .map(([sql]) => sql);
}
