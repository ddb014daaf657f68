import type { ReadStore } from '../../../projections/ports.ts';
import { type AccessRebuildReport, rebuildAccess } from '../../audit/access/rebuild.ts';
import { rebuildReadModels } from '../../audit/rebuild.ts';
import { errorCode } from '../../base/coded-error.ts';
import { PROVIDERS } from '../../composition/providers.ts';
import { openAccess, openLog, openReadModelsToRebuild, type StoreConfig } from '../../composition/stores.ts';
import type { CallEventLog } from '../../log/port.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

/** Servers make rows a moment after the entries, and later while the database is away: longer than that somebody is to hear of. */
const ROWS_LATE_MS = 10 * 60_000;

type MendingOptions = Parameters<typeof openAccess>[1];

/** Builds the read models again from the log. Differences and damage found are mended by it, and reported; no rows at all are none. */
export async function rebuild(options: { stores: StoreConfig; json: boolean }, output: Output): Promise<ExitCode> {
  const log = await openLog(options.stores, 'read');
  let isReplaced = false;
  const mending: MendingOptions = {
    now: Date.now,
    onReplaced({ reason, keptAs }) {
      isReplaced = true;
      output.note(`${reason}; it is kept as ${keptAs}`);
    },
  };
  const readStore = await openReadModelsToRebuild(options.stores, mending);
  try {
    const wasEmpty = await hasNoRows(readStore);
    const rebuilt = await rebuildReadModels(log, readStore, PROVIDERS, {
      onProgress: (calls) => output.progress(`${calls} calls`),
      lateBefore: new Date(mending.now() - ROWS_LATE_MS).toISOString(),
    });
    const report = wasEmpty ? { ...rebuilt, differences: [], behind: 0 } : rebuilt;
    output.progress('');
    const looks = await rebuildLooks(log, options.stores, mending);
    if (options.json) output.json({ ...report, access: looks });
    else {
      output.line(`${report.sessions} calls and ${report.responses} answers rebuilt from the log`);
      for (const id of report.differences) output.line(`  differed: ${id}`);
      for (const id of report.unreadable) output.line(`  unreadable in the log: ${id}`);
      output.line(
        wasEmpty ? 'there were no rows before' : `${report.differences.length} calls differed from the rows before`,
      );
      if (report.behind > 0) output.line(`${report.behind} calls were a moment behind the log, and are not any more`);
      output.line(`${looks.records} looks at members' data rebuilt from the log`);
      for (const stream of looks.differences) output.line(`  differed: ${stream}`);
      for (const stream of looks.unreadable) output.line(`  unreadable in the log: ${stream}`);
    }
    const found = [report, looks].flatMap(({ differences, unreadable }) => [...differences, ...unreadable]);
    return found.length === 0 && !isReplaced ? EXIT.ok : EXIT.finding;
  } finally {
    await readStore.close();
    await log.close();
  }
}

/** Damaged rows are some; so are those of a file that takes a damaged one's place, and has not been filled. */
async function hasNoRows(readStore: Pick<ReadStore, 'list'>): Promise<boolean> {
  try {
    return (await readStore.list({ filter: {}, limit: 1 })).length === 0;
  } catch (error) {
    if (!['READ_STORE_CORRUPT', 'READ_STORE_UNAVAILABLE'].includes(errorCode(error))) throw error;
    return false;
  }
}

async function rebuildLooks(
  log: CallEventLog,
  stores: StoreConfig,
  mending: MendingOptions,
): Promise<AccessRebuildReport> {
  const store = await openAccess(stores, mending);
  const attempt = async (): Promise<AccessRebuildReport> => {
    const wasEmpty = (await store.streams()).length === 0;
    const rebuilt = await rebuildAccess(log, store, mending.now);
    return { ...rebuilt, differences: wasEmpty ? [] : rebuilt.differences };
  };
  try {
    // A damaged file is set aside when the damage shows; the next question begins a new one.
    return await attempt().catch((error: unknown) => {
      if (errorCode(error) !== 'READ_STORE_CORRUPT') throw error;
      return attempt();
    });
  } finally {
    await store.close();
  }
}
