import Database from 'libsql';
import type { Entry } from '../../../src/domain/entries.ts';

/** Somebody who can write the store past the log, and knows how we make hashes. */
export type Forger = {
  /** Puts these in the place of all entries of a stream, as they are. */
  put(stream: string, entries: readonly Entry[]): Promise<void>;
  /** Takes the stream's rows out of the register. */
  unregister(stream: string): Promise<void>;
};

const COLUMNS = ['stream', 'version', 'kind', 'type', 'id', 'at', 'actor', 'cause', 'data', 'hash'] as const;

/** A forger of a log in a file, who leaves its safeguards as they were. */
export function sqliteForger(path: string): Forger {
  const unguarded = (work: (db: Database.Database) => void): void => {
    const db = new Database(path);
    const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
      readonly name: string;
      readonly sql: string;
    }[];
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    work(db);
    for (const { sql } of triggers) db.exec(sql);
    db.close();
  };
  return {
    async put(stream, entries) {
      unguarded((db) => {
        db.prepare('DELETE FROM entries WHERE stream = ?').run(stream);
        const insert = db.prepare(`INSERT INTO entries VALUES (${COLUMNS.map(() => '?').join()})`);
        for (const entry of entries) insert.run(...COLUMNS.map((name) => (name === 'stream' ? stream : entry[name])));
      });
    },
    async unregister(stream) {
      unguarded((db) => db.prepare('DELETE FROM streams WHERE stream = ?').run(stream));
    },
  };
}
