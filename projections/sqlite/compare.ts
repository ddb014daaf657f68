import { Buffer } from 'node:buffer';
import type { Sqlite } from './driver.ts';
import { NEW, NEWER_LIVE, TOUCHED } from './rebuild-tables.ts';
import { CALL_IDS, RESPONSE_COLUMNS, SESSION_COLUMNS } from './rows.ts';
import { LIVE } from './writer.ts';

const CALLS_PER_RANGE = 500;

/** Sorts after every id: no character has a higher number. */
const AFTER_ALL_IDS = '\u{10FFFF}';

/** The end of a range of ids, `last` when no id comes after it. */
type Bound = { readonly id: string; readonly last: boolean };

/** Prepares the search for the end of the range after an id, over the ids of both tables. */
export function nextBound(db: Sqlite): (from: string) => Bound {
  const bound = db.query<[string]>(
    CALL_IDS,
    `(SELECT CallSessionId FROM ${LIVE.sessions} WHERE CallSessionId > ?1
      UNION SELECT CallSessionId FROM ${NEW.sessions} WHERE CallSessionId > ?1
      ORDER BY CallSessionId LIMIT 1 OFFSET ${CALLS_PER_RANGE - 1})`,
  );
  return (from) => {
    const found = bound.first(from);
    if (!found) return { id: AFTER_ALL_IDS, last: true };
    // Or the ranges would never come to an end.
    if (Buffer.compare(Buffer.from(found[0]), Buffer.from(from)) <= 0)
      throw db.corrupt('ids of calls are out of order');
    return { id: found[0], last: false };
  };
}

/** Prepares the ids of calls in a range whose live and new rows differ, but for those written meanwhile. */
export function compareRange(db: Sqlite): (from: string, to: string) => string[] {
  const differing = db.query<[string]>(
    CALL_IDS,
    `(${differences('CallSessionId > ?1 AND CallSessionId <= ?2')}
     EXCEPT SELECT CallSessionId FROM ${TOUCHED})`,
  );
  return (from, to) => differing.all(from, to).map(([id]) => id);
}

/** The ids of calls written meanwhile whose rows differ, but for those where the live row is the newer one. */
export function compareTouched(db: Sqlite): string[] {
  const differing = db.query<[string]>(
    CALL_IDS,
    `(${differences(`CallSessionId IN (SELECT CallSessionId FROM ${TOUCHED})`)}
     EXCEPT ${NEWER_LIVE})`,
  );
  return differing.all().map(([id]) => id);
}

function differences(where: string): string {
  const missing = (columns: string, from: string, other: string): string =>
    `SELECT CallSessionId FROM (
       SELECT ${columns} FROM ${from} WHERE ${where} EXCEPT SELECT ${columns} FROM ${other} WHERE ${where}
     )`;
  return [
    missing(SESSION_COLUMNS, LIVE.sessions, NEW.sessions),
    missing(SESSION_COLUMNS, NEW.sessions, LIVE.sessions),
    missing(RESPONSE_COLUMNS, LIVE.responses, NEW.responses),
    missing(RESPONSE_COLUMNS, NEW.responses, LIVE.responses),
  ].join(' UNION ');
}
