import type { OnLongWork, Sqlite } from './driver.ts';
import { isCorrupt } from './errors.ts';

/** What triggers keep beside a table, whichever release writes: counts, an index. It is no migration. */
export type Kept = {
  readonly table: string;
  /** What the names of its three triggers begin with. */
  readonly triggers: string;
  /** Makes all of it, whatever of it is there. */
  readonly sql: string;
  /** Tells, in words, what takes long of a large table. */
  readonly inWords: string;
};

const EVENTS = ['INSERT', 'UPDATE', 'DELETE'] as const;
/** For so many rows it is made in a second or less. */
const QUICKLY = 50_000;

/** Prepares the question whether it is kept, so that it can be gone by. @param triggers what their names begin with */
export function isKept(db: Sqlite, triggers: string): () => boolean {
  const count = db.number(`SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name GLOB '${triggers}*'`);
  return () => count() === EVENTS.length;
}

/** Lets go of what is damaged: it is kept no more, until it is made again. */
export function letGo(db: Sqlite, triggers: string): void {
  for (const event of EVENTS) {
    try {
      db.exec(`DROP TRIGGER IF EXISTS ${triggers}${event}`);
    } catch (error) {
      // What is damaged beyond that shows when it is used.
      if (!isCorrupt(error)) throw error;
    }
  }
}

/** Makes what is missing: in a new file, in one of an older release, and after a rebuild of an older release, which drops triggers. */
export function makeMissing(db: Sqlite, { table, triggers, sql, inWords }: Kept, onLongWork?: OnLongWork): void {
  const isWhole = isKept(db, triggers);
  if (isWhole()) return;
  if (db.number(`SELECT count(*) FROM (SELECT 1 FROM ${table} LIMIT 1 OFFSET ${QUICKLY})`)() > 0) onLongWork?.(inWords);
  // Asked again inside the lock: another process may be opening the same file.
  db.transaction(() => {
    if (!isWhole()) db.exec(sql);
  });
}
