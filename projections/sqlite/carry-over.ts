import type { NoticeMark } from '../ports.ts';
import { beginAnew, beginningOf } from './begun-anew.ts';
import type { Sqlite } from './driver.ts';
import { isCorrupt } from './errors.ts';
import { migrateAtOnce, READ_STORE_MIGRATIONS } from './migrations.ts';
import { ledgerAfter, ledgerBefore, marker, type Way } from './notices.ts';

const MARKS_PER_READ = 200;
/** Sorts after every id: no character has a higher number. */
const AFTER_ALL_IDS = '\u{10FFFF}';

/** What could be read of a damaged file's ledger. */
export type Carried = { readonly marks: readonly NoticeMark[]; readonly lostBefore: string };

/**
 * Reads what cannot be derived from the log: row by row where the file does not give them together, from either end
 * as far as it holds.
 * @param from null: the file cannot even be opened
 * @param now from when on the ledger is whole again, should it not be whole
 */
export function readLedger(from: Sqlite | null, now: string): Carried {
  if (!from) return { marks: [], lostBefore: now };
  const marks = new Map<string, NoticeMark>();
  try {
    const { lostBefore } = beginningOf(from);
    const isWhole = walk(ledgerAfter(from), '', marks);
    if (!isWhole) walk(ledgerBefore(from), AFTER_ALL_IDS, marks);
    return { marks: [...marks.values()], lostBefore: isWhole ? lostBefore : now };
  } catch {
    return { marks: [...marks.values()], lostBefore: now };
  }
}

/** @returns whether every row on the way could be read */
function walk(way: Way, start: string, marks: Map<string, NoticeMark>): boolean {
  let [place, limit, isWhole] = [start, MARKS_PER_READ, true];
  for (;;) {
    const found = read(() => way.marks(place, limit));
    if (found === 'damaged' && limit > 1) {
      limit = 1;
      continue;
    }
    isWhole &&= found !== 'damaged';
    // A row that is damaged may yet say where the way goes on.
    const ids = found === 'damaged' ? read(() => way.ids(place)) : found.map((mark) => mark.callSessionId);
    const last = ids === 'damaged' ? undefined : ids.at(-1);
    if (last === undefined) return isWhole && ids !== 'damaged';
    // The two ways meet somewhere in the middle; a file whose rows are out of order has no end.
    if (marks.has(last) || last === place) return false;
    if (found !== 'damaged') for (const mark of found) marks.set(mark.callSessionId, mark);
    place = last;
  }
}

function read<Found>(work: () => Found): Found | 'damaged' {
  try {
    return work();
  } catch (error) {
    if (isCorrupt(error)) return 'damaged';
    throw error;
  }
}

/** Makes the file that takes the damaged one's place, all of it at once: half of it would pass for a whole one. */
export function beginWith({ marks, lostBefore }: Carried): (db: Sqlite) => void {
  return (db) =>
    db.transaction(() => {
      migrateAtOnce(db, READ_STORE_MIGRATIONS);
      beginAnew(db, lostBefore);
      marks.forEach(marker(db));
    });
}
