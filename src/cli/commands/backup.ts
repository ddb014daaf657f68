import { copyLog } from '../../audit/backup.ts';
import type { CommandLook } from '../../composition/command-audit.ts';
import { openLog, openLogFile, type StoreConfig } from '../../composition/stores.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { ApiClient } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { type Asked, askOrDo } from '../served.ts';
import { recordHere } from './record-here.ts';

type Options = { readonly stores: StoreConfig; readonly json: boolean };

type BackupOptions = Options & Asked & { readonly whatFor: Pick<CommandLook, 'purpose' | 'reason'> };

/**
 * Copies the log, or what has been added since, into a file of its own; beside a running server, which records it first: a
 * copy shows everything.
 */
export async function backup(
  file: string,
  client: ApiClient,
  options: BackupOptions,
  output: Output,
): Promise<ExitCode> {
  const { stores, json, whatFor } = options;
  const record = async (): Promise<ExitCode> => {
    await client.recordBackup();
    return EXIT.ok;
  };
  const here = async (): Promise<ExitCode> => {
    // Whoever writes makes a log where there is none; of that there is nothing to copy.
    await (await openLog(stores, 'read')).close();
    await recordHere(stores, { action: 'backup', calls: [], members: [], ...whatFor });
    return EXIT.ok;
  };
  const recorded = await askOrDo(options, record, here, output);
  if (recorded !== EXIT.ok) return recorded;
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
