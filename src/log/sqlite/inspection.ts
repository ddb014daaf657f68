import type Database from 'libsql';
import type { LogInspection } from '../port.ts';
import { storeError } from './errors.ts';
import { flawsOf } from './schema.ts';

/** One after the other by the index: no list of all names is ever made. */
const NEXT_SQL = `SELECT CAST(stream AS BLOB), EXISTS (SELECT 1 FROM streams WHERE streams.stream = entries.stream)
  FROM entries WHERE stream > CAST(? AS TEXT) ORDER BY stream LIMIT 1`;

/** What an auditor asks of a log in a file. Errors are LogErrors. */
export function inspectionOf(db: Database.Database): LogInspection {
  const next = db.prepare(NEXT_SQL).raw();
  const count = db.prepare('SELECT count(DISTINCT stream) FROM streams').raw();
  const after = (name: Buffer): [Buffer, number] | undefined => {
    try {
      const [row] = next.all([name]) as [Buffer, number][];
      return row;
    } catch (error) {
      throw storeError(error);
    }
  };
  return {
    oneWriter: true,
    async *stored() {
      for (let row = after(Buffer.alloc(0)); row; row = after(row[0])) {
        yield { stream: row[0].toString(), isRegistered: row[1] === 1 };
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
