import type { ReadStore } from '../../../projections/ports.ts';
import type { Witnessed } from '../../audit/verify/chain.ts';
import { verifyLog } from '../../audit/verify/verify.ts';
import { errorCode } from '../../base/coded-error.ts';
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
  const readStore = await openWitness(options.stores, output);
  try {
    const report = await verifyLog(log, {
      witness: async (stream) => readStore && shown(readStore, stream),
      onProgress: ({ streams, entries }) => output.progress(`${entries} entries in ${streams} streams`),
    });
    output.progress('');
    if (options.json) output.json(report);
    else {
      for (const finding of report.findings) output.line(JSON.stringify(finding));
      output.line(`${report.entries} entries in ${report.streams} streams, ${report.findingCount} findings`);
    }
    return report.findingCount === 0 && readStore ? EXIT.ok : EXIT.finding;
  } finally {
    await readStore?.close();
    await log.close();
  }
}

/** A damaged file of rows must not keep the log from being checked; undefined: there is nobody to ask for the length of streams. */
async function openWitness(stores: StoreConfig, output: Output): Promise<ReadStore | undefined> {
  try {
    return await openReadModels(stores);
  } catch (error) {
    if (errorCode(error) !== 'READ_STORE_CORRUPT') throw error;
    output.note('the read models are damaged: whether the end of a stream was cut off cannot be said before a rebuild');
    return undefined;
  }
}

async function shown(readStore: ReadStore, stream: string): Promise<Witnessed | undefined> {
  const version = isCallStream(stream) ? await versionOf(readStore, stream) : undefined;
  return version === undefined ? undefined : { version };
}

async function versionOf(readStore: ReadStore, stream: string): Promise<number | undefined> {
  try {
    return (await readStore.versions([stream])).get(stream);
  } catch (error) {
    if (errorCode(error) === 'READ_STORE_CORRUPT') return undefined;
    throw error;
  }
}
