import { copyLog } from '../../audit/backup.ts';
import { openLog, openLogFile, type StoreConfig } from '../../composition/stores.ts';
import type { CallEventLog } from '../../log/port.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

type Options = { readonly stores: StoreConfig; readonly json: boolean };

/** Copies the log, or what has been added since, into a file of its own; beside a running server. */
export async function backup(file: string, { stores, json }: Options, output: Output): Promise<ExitCode> {
  return between(await openLog(stores, 'read'), openLogFile(file, 'write'), json, output);
}

/** Copies such a file into the log, where that lacks entries of it. */
export async function restore(file: string, { stores, json }: Options, output: Output): Promise<ExitCode> {
  return between(openLogFile(file, 'read'), await openLog(stores), json, output);
}

async function between(from: CallEventLog, to: CallEventLog, json: boolean, output: Output): Promise<ExitCode> {
  try {
    const report = await copyLog(from, to, ({ streams, entries }) =>
      output.progress(`${entries} entries of ${streams} streams`),
    );
    output.progress('');
    if (json) output.json(report);
    else {
      for (const stream of report.diverging) output.line(`  not the same in both: ${stream}`);
      output.line(
        `${report.entries} entries copied, ${report.streams} streams looked at, ${report.diverging.length} differ`,
      );
    }
    return report.diverging.length === 0 ? EXIT.ok : EXIT.finding;
  } finally {
    await to.close();
    await from.close();
  }
}
