import type { CallRows, RebuildReport } from '../ports.ts';
import type { SqlServerDb } from './driver.ts';
import type { TableNames } from './names.ts';
import { beginRebuild, clearSome, compareRange, endRebuild, rangeEnd, swap } from './rebuild-sql.ts';
import { writeFresh, writeParameters } from './writer.ts';

const CALLS_PER_BATCH = 200;

type Rebuild = { readonly db: SqlServerDb; readonly tables: TableNames; readonly run: number };

/**
 * Fills tables beside the live ones, compares, swaps in one transaction. Reads and writes go on meanwhile, of other
 * instances too. A call whose newest change was still on its way into the live rows when they were compared counts as a
 * difference.
 * @throws ReadStoreError OVERTAKEN when another rebuild of the same tables began.
 */
export async function rebuild(
  db: SqlServerDb,
  tables: TableNames,
  calls: AsyncIterable<CallRows>,
): Promise<RebuildReport> {
  const [begun] = await db.query<{ run: number }>(beginRebuild(tables));
  if (!begun) throw new Error('a rebuild that began has no number');
  const current = { db, tables, run: begun.run };
  try {
    await clear(current);
    await fill(current, calls);
    await compare(current);
    const report = await swapTables(current);
    await tidy(current);
    return report;
  } catch (error) {
    await tidy(current);
    throw error;
  }
}

async function clear({ db, tables, run }: Rebuild): Promise<void> {
  const text = clearSome(tables);
  for (;;) {
    const [found] = await db.query<{ removed: number }>(text, { run });
    if (!found || found.removed === 0) return;
  }
}

async function fill({ db, tables, run }: Rebuild, calls: AsyncIterable<CallRows>): Promise<void> {
  const text = writeFresh(tables);
  const write = async (batch: readonly CallRows[]): Promise<void> => {
    await db.batch(text, { ...writeParameters(batch), run });
  };
  let batch: CallRows[] = [];
  for await (const call of calls) {
    batch.push(call);
    if (batch.length < CALLS_PER_BATCH) continue;
    await write(batch);
    batch = [];
  }
  await write(batch);
}

async function compare({ db, tables, run }: Rebuild): Promise<void> {
  for (let from = ''; ; ) {
    const [end] = await db.query<{ id: string }>(rangeEnd(tables), { from });
    const parameters = { run, from, ...(end ? { to: end.id } : {}) };
    await db.long(compareRange(tables, !end), parameters);
    if (!end) return;
    from = end.id;
  }
}

async function swapTables({ db, tables, run }: Rebuild): Promise<RebuildReport> {
  const [counts, differing] = await db.long(swap(tables), { run });
  const [count] = counts as { sessions: number; responses: number }[];
  const differences = (differing as { id: string }[]).map(({ id }) => id);
  return { sessions: count?.sessions ?? 0, responses: count?.responses ?? 0, differences };
}

/** Best effort: whoever rebuilds next clears what is left. The report, or the reason of a failure, is what counts. */
async function tidy(rebuild: Rebuild): Promise<void> {
  try {
    await clear(rebuild);
    await rebuild.db.batch(endRebuild(rebuild.tables), { run: rebuild.run });
  } catch {}
}
