import Database from 'libsql';
import { EMPTY_HEAD, type Entry } from '../../domain/entries.ts';
import { chain } from '../../log/hash-chain.ts';

const COLUMNS = ['stream', 'version', 'kind', 'type', 'id', 'at', 'actor', 'cause', 'data', 'hash'] as const;

/**
 * What somebody does who can write the file and knows how hashes are made: takes the safeguards off, puts another stream in the
 * place of one, with every hash computed again, and puts the safeguards back.
 */
export function forgeStream(path: string, stream: string, entries: readonly Entry[]): void {
  const db = new Database(path);
  try {
    const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
      readonly name: string;
      readonly sql: string;
    }[];
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    db.prepare('DELETE FROM entries WHERE stream = ?').run(stream);
    const insert = db.prepare(`INSERT INTO entries (${COLUMNS.join()}) VALUES (${COLUMNS.map(() => '?').join()})`);
    for (const entry of chain(EMPTY_HEAD, stream, entries)) insert.run(...COLUMNS.map((name) => entry[name]));
    for (const { sql } of triggers) db.exec(sql);
  } finally {
    db.close();
  }
}
