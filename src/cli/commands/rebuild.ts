import { rebuildReadModels } from '../../audit/rebuild.ts';
import { PROVIDERS } from '../../composition/providers.ts';
import { openLog, openReadModelsToRebuild, type StoreConfig } from '../../composition/stores.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

/** Builds the read models again from the log. Differences found are mended by it, and reported. */
export async function rebuild(options: { stores: StoreConfig; json: boolean }, output: Output): Promise<ExitCode> {
  const log = await openLog(options.stores, 'read');
  const readStore = await openReadModelsToRebuild(options.stores, {
    now: Date.now,
    onReplaced: ({ reason, keptAs }) => output.note(`${reason}; it is kept as ${keptAs}`),
  });
  try {
    const report = await rebuildReadModels(log, readStore, PROVIDERS, (calls) => output.progress(`${calls} calls`));
    output.progress('');
    if (options.json) output.json(report);
    else {
      output.line(`${report.sessions} calls and ${report.responses} answers rebuilt from the log`);
      for (const id of report.differences) output.line(`  differed: ${id}`);
      for (const id of report.unreadable) output.line(`  unreadable in the log: ${id}`);
      output.line(`${report.differences.length} calls differed from the rows before`);
    }
    return report.differences.length + report.unreadable.length === 0 ? EXIT.ok : EXIT.finding;
  } finally {
    await readStore.close();
    await log.close();
  }
}
