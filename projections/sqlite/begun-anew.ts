import { text } from '../columns.ts';
import type { Sqlite } from './driver.ts';
import { BEGUN_ANEW } from './migrations.ts';
import type { Columns } from './reading.ts';

/** What a file knows of the damaged one whose place it took. */
export type Beginning = {
  /** What of the notice ledger is older was lost; '' for none. */
  readonly lostBefore: string;
  /** Whether the rows of all calls are there again. */
  readonly isFilled: boolean;
};

/** Of a file that took nobody's place. */
const FROM_THE_FIRST: Beginning = { lostBefore: '', isFilled: true };

const COLUMNS: Columns = {
  table: 'BegunAnew',
  columns: [
    { sql: 'LostBefore', holds: text },
    { sql: 'IsFilled', holds: (value) => value === 0 || value === 1 },
  ],
};

/** What is written of a file's beginning. */
export function beginningOf(db: Sqlite): Beginning {
  const isThere = db.number("SELECT count(*) FROM sqlite_schema WHERE name = 'BegunAnew'")() > 0;
  const row = isThere ? db.query<[string, 0 | 1]>(COLUMNS, 'BegunAnew').first() : null;
  return row ? { lostBefore: row[0], isFilled: row[1] === 1 } : FROM_THE_FIRST;
}

/** Writes that this file takes a damaged one's place; inside a transaction. */
export function beginAnew(db: Sqlite, lostBefore: string): void {
  db.exec(BEGUN_ANEW);
  // Somebody else may have begun it with less than we know.
  const before = beginningOf(db).lostBefore;
  db.exec('DELETE FROM BegunAnew');
  db.command('INSERT INTO BegunAnew VALUES (?, 0)').run(before > lostBefore ? before : lostBefore);
}

/** Writes that the rows of all calls are there again. */
export function markFilled(db: Sqlite): void {
  if (!beginningOf(db).isFilled) db.exec('UPDATE BegunAnew SET IsFilled = 1');
}
