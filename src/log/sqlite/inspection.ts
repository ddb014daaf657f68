import type Database from 'libsql';
import type { LogInspection } from '../port.ts';
import { storeError } from './errors.ts';
import { flawsOf } from './schema.ts';

/** From one name to the next by the index, past the entries of each; no list of all names is ever made. */
const NAMES_SQL = `WITH RECURSIVE name (stream) AS (
    SELECT (SELECT min(stream) FROM entries WHERE stream > CAST(?1 AS TEXT))
    UNION ALL SELECT (SELECT min(entries.stream) FROM entries WHERE entries.stream > name.stream)
    FROM name WHERE name.stream IS NOT NULL LIMIT ?2)
  SELECT CAST(stream AS BLOB), EXISTS (SELECT 1 FROM streams WHERE streams.stream = name.stream)
  FROM name WHERE stream IS NOT NULL`;
/** About a millisecond of work. */
const NAMES_PER_QUERY = 250;

/** What an auditor asks of a log in a file. Errors are LogErrors. */
export function inspectionOf(db: Database.Database): LogInspection {
  const names = db.prepare(NAMES_SQL).raw();
  const count = db.prepare('SELECT count(DISTINCT stream) FROM streams').raw();
  const after = (name: Buffer): [Buffer, number][] => {
    try {
      return names.all([name, NAMES_PER_QUERY]) as [Buffer, number][];
    } catch (error) {
      throw storeError(error);
    }
  };
  return {
    oneWriter: true,
    async *stored() {
      let page = after(Buffer.alloc(0));
      while (page.length > 0) {
        for (const [name, isRegistered] of page) yield { stream: name.toString(), isRegistered: isRegistered === 1 };
        page = after(page.at(-1)![0]);
      }
    },
    async registeredCount() {
      try {
        const [row] = count.all([]) as [number][];
        return row?.[0] ?? 0;
      } catch (error) {
        throw storeError(error);
      }
    },
    async safeguards() {
      try {
        return flawsOf(db);
      } catch (error) {
        throw storeError(error);
      }
    },
  };
}
