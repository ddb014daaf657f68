import { type CallRows, ReadStoreError, type RebuildReport } from '../ports.ts';
import { markFilled } from './begun-anew.ts';
import { compareRange, compareTouched, nextBound } from './compare.ts';
import type { Sqlite } from './driver.ts';
import { patiently } from './patience.ts';
import { beginTables, dropTables, NEW, swapTables } from './rebuild-tables.ts';
import { callWriter } from './writer.ts';

// Each batch holds the process for some milliseconds; between two of them others have their turn.
const CALLS_PER_BATCH = 200;

/**
 * Fills tables beside the live ones, compares, swaps. Reads and writes go on meanwhile, of other processes too: what
 * they write is marked by triggers, and the newer row of both tables stays. A call whose newest change was still on
 * its way into the live rows when they were compared counts as a difference.
 * @throws ReadStoreError OVERTAKEN when another rebuild of the same file began.
 */
export async function rebuild(db: Sqlite, calls: AsyncIterable<CallRows>): Promise<RebuildReport> {
  const run = await patiently(() => begin(db));
  const mine: Mine = (work) => patiently(() => whileCurrent(db, run, work));
  try {
    await fill(db, calls, mine);
    const differences = await compare(db, mine);
    return await patiently(() => withoutForeignKeys(db, () => whileCurrent(db, run, () => swap(db, differences))));
  } catch (error) {
    await tidy(mine, () => dropTables(db));
    throw error;
  }
}

/** In a transaction of its own, as soon as no other process holds the file. */
type Mine = <Result>(work: () => Result) => Promise<Result>;

function begin(db: Sqlite): number {
  return db.transaction(() => {
    beginTables(db);
    db.exec('INSERT INTO Rebuilds DEFAULT VALUES');
    db.exec('DELETE FROM Rebuilds WHERE Run < (SELECT max(Run) FROM Rebuilds)');
    return currentRun(db);
  });
}

function currentRun(db: Sqlite): number {
  return db.number('SELECT max(Run) FROM Rebuilds')();
}

/** Two rebuilds use the same tables: the later one wins, the earlier one must not swap what it no longer filled alone. */
function whileCurrent<Result>(db: Sqlite, run: number, work: () => Result): Result {
  return db.transaction(() => {
    if (currentRun(db) === run) return work();
    throw new ReadStoreError(
      'READ_STORE_OVERTAKEN',
      'another rebuild of these read models began; this one has stopped',
    );
  });
}

async function fill(db: Sqlite, calls: AsyncIterable<CallRows>, mine: Mine): Promise<void> {
  const write = callWriter(db, NEW);
  let batch: CallRows[] = [];
  for await (const call of calls) {
    batch.push(call);
    if (batch.length < CALLS_PER_BATCH) continue;
    const full = batch;
    await mine(() => full.forEach(write));
    batch = [];
    await othersTurn();
  }
  await mine(() => batch.forEach(write));
}

async function compare(db: Sqlite, mine: Mine): Promise<Set<string>> {
  const differences = new Set<string>();
  const boundAfter = nextBound(db);
  const differing = compareRange(db);
  let from = '';
  for (let to = boundAfter(from); ; to = boundAfter(from)) {
    for (const id of await mine(() => differing(from, to.id))) differences.add(id);
    if (to.last) return differences;
    from = to.id;
    await othersTurn();
  }
}

function swap(db: Sqlite, differences: Set<string>): RebuildReport {
  for (const id of compareTouched(db)) differences.add(id);
  swapTables(db);
  markFilled(db);
  const count = (table: string): number => db.number(`SELECT count(*) FROM ${table}`)();
  const [sessions, responses] = [count('CallSessions'), count('CallResponses')];
  return { sessions, responses, differences: [...differences].sort() };
}

function withoutForeignKeys<Result>(db: Sqlite, work: () => Result): Result {
  // SQLite ignores this inside a transaction. With it, dropping the old tables would check every row of them.
  db.exec('PRAGMA foreign_keys = OFF');
  try {
    return work();
  } finally {
    db.exec('PRAGMA foreign_keys = ON');
  }
}

/** Best effort: whoever rebuilds next drops what is left. The reason of the failure is what the caller must hear. */
async function tidy(mine: Mine, work: () => void): Promise<void> {
  try {
    await mine(work);
  } catch {}
}

function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
