import { join } from 'node:path';
import { profiled } from '../profiled.ts';
import { type BenchContext, compare, type Pair, type Row } from '../row.ts';
import type { Worker } from '../worker.ts';
import type { ExportWorker, Measured } from '../workers/export.ts';
import type { LogWorker } from '../workers/log.ts';

const WRITTEN = { at: 'least', value: 0.4 } as const;
const CHECKED = { at: 'least', value: 0.45 } as const;
const SHORT = 10_000;
/** Of these one is one process: what a start costs is in it. */
const LONG_ROUNDS = 3;
const FLAT = { at: 'most', value: 1.5 } as const;

/** Writing an export of a whole log, and checking it by itself. */
export const exported: Row = {
  name: 'export',
  title: 'export: entries written, and checked, per second',
  async run(bench) {
    const { dataDir, checkpoint, file } = await sealedLog(bench, bench.quick ? 50_000 : 100_000);
    const [log, worker] = [bench.start<LogWorker>('log'), bench.start<ExportWorker>('export')];
    const [written, checked]: [Pair[], Pair[]] = [[], []];
    for (let round = 0; round <= bench.rounds; round += 1) {
      const ours = await profiled(bench, worker, 'export', () => worker.call('exportAll', dataDir, checkpoint, file));
      const scan = await log.call('scan', dataDir);
      const check = await profiled(bench, worker, 'check', () => worker.call('check', file));
      const hashed = await worker.call('hashLines', file);
      if (round === 0) continue;
      written.push({ ours: rateOf(ours), baseline: rateOf(scan) });
      checked.push({ ours: rateOf(check), baseline: rateOf(hashed) });
    }
    bench.progress('writing a long log');
    const long = bench.quick ? 100_000 : 1_000_000;
    // As often as makes the same work: in any of some seconds V8's young generation grows to its full size, however short each export
    // is. In segments of a MiB, so that two threads check it as they do a long one.
    const small = await once(bench, { entryCount: SHORT, times: long / SHORT, processes: 1, segmentBytes: 1024 ** 2 });
    const large = await once(bench, { entryCount: long, times: 1, processes: LONG_ROUNDS });
    const longWritten = large.map(({ written, scanned }) => ({ ours: rateOf(written), baseline: rateOf(scanned) }));
    const longChecked = large.map(({ checked, hashed }) => ({ ours: rateOf(checked), baseline: rateOf(hashed) }));
    const mostMib = (what: 'written' | 'checked'): Pair => ({
      ours: mostOf(large, what),
      baseline: mostOf(small, what),
    });
    return {
      measures: [
        compare('written, against one scan of the log’s file + JSON.parse', 'entries/s', written, WRITTEN),
        compare('the same of a long log, in new processes', 'entries/s', longWritten, WRITTEN),
        compare('checked, against SHA-256 of the same lines, read from the same file', 'MB/s', checked, CHECKED),
        compare('the same of a long log, in new processes', 'MB/s', longChecked, CHECKED),
        compare(
          'most resident memory while writing, of a long log against 10,000 entries again and again',
          'MiB',
          [mostMib('written')],
          FLAT,
        ),
        compare('most resident memory while checking, the same', 'MiB', [mostMib('checked')], FLAT),
      ],
      notes: ['a period’s export of all calls; heads in full batches of a tree in a folder'],
    };
  },
};

/** @returns its folder, its checkpoint, and where an export of it may go */
async function sealedLog(bench: BenchContext, entryCount: number) {
  const writer = bench.start<LogWorker>('log');
  const dataDir = await bench.tempDir();
  await writer.call('fill', dataDir, entryCount);
  await writer.stop();
  const sealer = bench.start<ExportWorker>('export');
  const checkpoint = await sealer.call('seal', dataDir);
  await sealer.stop();
  return { dataDir, checkpoint, file: join(await bench.tempDir(), 'export.ndjson') };
}

type Once = {
  readonly entryCount: number;
  /** How often each process does its work. */
  readonly times: number;
  /** How many do, one after the other. */
  readonly processes: number;
  readonly segmentBytes?: number;
};

type Measures = Readonly<Record<'written' | 'scanned' | 'checked' | 'hashed', Measured>>;

/** Each in a process of its own, which has done nothing else: as whoever writes or checks one has it. */
async function once(bench: BenchContext, { entryCount, times, processes, segmentBytes }: Once): Promise<Measures[]> {
  const { dataDir, checkpoint, file } = await sealedLog(bench, entryCount);
  const inItsOwn = async (measure: (worker: Worker<ExportWorker>) => Promise<Measured>): Promise<Measured> => {
    const worker = bench.start<ExportWorker>('export');
    const measured = await measure(worker);
    await worker.stop();
    return measured;
  };
  const measures: Measures[] = [];
  for (let process = 0; process < processes; process += 1) {
    const written = await inItsOwn((worker) => most(times, () => worker.call('exportAll', dataDir, checkpoint, file)));
    const log = bench.start<LogWorker>('log');
    const scanned: Measured = { ...(await log.call('scan', dataDir)), peakRssBytes: 0 };
    await log.stop();
    const checked = await inItsOwn((worker) => most(times, () => worker.call('check', file, segmentBytes)));
    const hashed = await inItsOwn((worker) => worker.call('hashLines', file));
    measures.push({ written, scanned, checked, hashed });
  }
  return measures;
}

/** In MiB. */
function mostOf(measures: readonly Measures[], what: 'written' | 'checked'): number {
  return Math.max(...measures.map((each) => each[what].peakRssBytes)) / 2 ** 20;
}

/** The time that took the most memory. */
async function most(times: number, measure: () => Promise<Measured>): Promise<Measured> {
  let found = await measure();
  for (let time = 1; time < times; time += 1) {
    const next = await measure();
    if (next.peakRssBytes > found.peakRssBytes) found = next;
  }
  return found;
}

function rateOf({ count, seconds }: { readonly count: number; readonly seconds: number }): number {
  return count / seconds;
}
