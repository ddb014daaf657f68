import type { ReadStore } from '../../../projections/ports.ts';
import { verifyLog, type Witnessed } from '../../audit/verify.ts';
import { openLog, openReadModels, type StoreConfig } from '../../composition/stores.ts';
import { isCallStream } from '../../domain/streams.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

/**
 * Checks the whole log, also while a server writes it. The read models serve as a witness of how long each call's stream
 * was, which a chain cannot tell by itself.
 */
export async function verify(options: { stores: StoreConfig; json: boolean }, output: Output): Promise<ExitCode> {
  const log = await openLog(options.stores, 'read');
  const readStore = await openReadModels(options.stores);
  try {
    const report = await verifyLog(log, {
      witness: (stream) => shown(readStore, stream),
      onProgress: ({ streams, entries }) => output.progress(`${entries} entries in ${streams} streams`),
    });
    output.progress('');
    if (options.json) output.json(report);
    else {
      for (const finding of report.findings) output.line(JSON.stringify(finding));
      output.line(`${report.entries} entries in ${report.streams} streams, ${report.findingCount} findings`);
    }
    return report.findingCount === 0 ? EXIT.ok : EXIT.finding;
  } finally {
    await readStore.close();
    await log.close();
  }
}

async function shown(readStore: ReadStore, stream: string): Promise<Witnessed | undefined> {
  const version = isCallStream(stream) ? (await readStore.versions([stream])).get(stream) : undefined;
  return version === undefined ? undefined : { version };
}
