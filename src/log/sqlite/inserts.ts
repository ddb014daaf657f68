import type Database from 'libsql';
import type { Entry } from '../../domain/entries.ts';

/** The call of a statement takes half as long as what it does with one entry; of more at once little is gained. */
const ENTRIES_PER_STATEMENT = 16;

/** Entries on their way into the transaction that is under way. */
export type Inserts = {
  add(entry: Entry): void;
  /** Writes what was added. */
  flush(): void;
  /** Forgets what was added and not written. */
  clear(): void;
};

/** Writes several entries by one statement: whatever that finds wrong, it does not say of which. */
export function createInserts(db: Database.Database): Inserts {
  const statements: Database.Statement[] = [];
  let waiting: Entry[] = [];

  function flush(): void {
    const entries = waiting;
    waiting = [];
    if (entries.length === 0) return;
    statements[entries.length] ??= db.prepare(insertOf(entries.length));
    const values: (string | number | null)[] = [];
    for (const { stream, version, kind, type, id, at, actor, cause, data, hash } of entries) {
      values.push(stream, version, kind, type, id, at, actor, cause, data, hash);
    }
    statements[entries.length]?.run(values);
  }

  return {
    add(entry) {
      waiting.push(entry);
      if (waiting.length === ENTRIES_PER_STATEMENT) flush();
    },
    flush,
    clear() {
      waiting = [];
    },
  };
}

function insertOf(count: number): string {
  const rows = Array.from({ length: count }, () => '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  return `INSERT INTO entries VALUES ${rows.join(', ')}`;
}
