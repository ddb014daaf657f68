import { join } from 'node:path';
import { profiled } from '../profiled.ts';
import { type BenchContext, compare, type Pair, type Row } from '../row.ts';
import type { ExportWorker, Measured } from '../workers/export.ts';
import type { LogWorker } from '../workers/log.ts';

const WRITTEN = { at: 'least', value: 0.4 } as const;
const CHECKED = { at: 'least', value: 0.45 } as const;
const FLAT = { at: 'most', value: 1.5 } as const;

/** Writing an export of a whole log, and checking it by itself. */
export const exported: Row = {
  name: 'export',
  title: 'export: entries written, and checked, per second',
  async run(bench) {
    const { log, worker, dataDir, checkpoint, file } = await sealedLog(bench, bench.quick ? 50_000 : 100_000);
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
    // Again and again: in any work of some seconds V8's young generation grows to its full size, however short each export is.
    const small = await once(bench, 10_000, 20);
    const large = await once(bench, bench.quick ? 100_000 : 1_000_000, 1);
    const longWritten = { ours: rateOf(large.written), baseline: rateOf(large.scanned) };
    const longChecked = { ours: rateOf(large.checked), baseline: rateOf(large.hashed) };
    return {
      measures: [
        compare('written, against one scan of the log’s file + JSON.parse', 'entries/s', written, WRITTEN),
        compare('the same of a long log, in new processes', 'entries/s', [longWritten], WRITTEN),
        compare('checked, against SHA-256 of the same lines, read from the same file', 'MB/s', checked, CHECKED),
        compare('the same of a long log, in new processes', 'MB/s', [longChecked], CHECKED),
        compare(
          'most resident memory while writing, of a long log against 10,000 entries again and again',
          'MiB',
          [mib(large.written, small.written)],
          FLAT,
        ),
        compare('most resident memory while checking, the same', 'MiB', [mib(large.checked, small.checked)], FLAT),
      ],
      notes: ['a period’s export of all calls; heads in full batches of a tree in a folder'],
    };
  },
};

async function sealedLog(bench: BenchContext, entryCount: number) {
  const writer = bench.start<LogWorker>('log');
  const dataDir = await bench.tempDir();
  await writer.call('fill', dataDir, entryCount);
  await writer.stop();
  const sealer = bench.start<ExportWorker>('export');
  const checkpoint = await sealer.call('seal', dataDir);
  await sealer.stop();
  const [log, worker] = [bench.start<LogWorker>('log'), bench.start<ExportWorker>('export')];
  return { log, worker, dataDir, checkpoint, file: join(await bench.tempDir(), 'export.ndjson') };
}

/** Each in a process of its own, which has done nothing else: as whoever writes or checks one has it. */
async function once(bench: BenchContext, entryCount: number, times: number) {
  const { worker, log, dataDir, checkpoint, file } = await sealedLog(bench, entryCount);
  const written = await most(times, () => worker.call('exportAll', dataDir, checkpoint, file));
  const scanned = await log.call('scan', dataDir);
  const [checker, hasher] = [bench.start<ExportWorker>('export'), bench.start<ExportWorker>('export')];
  const checked = await most(times, () => checker.call('check', file));
  const hashed = await hasher.call('hashLines', file);
  await Promise.all([worker.stop(), checker.stop(), hasher.stop(), log.stop()]);
  return { written, scanned, checked, hashed };
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

function mib(large: Measured, small: Measured): Pair {
  return { ours: large.peakRssBytes / 2 ** 20, baseline: small.peakRssBytes / 2 ** 20 };
}

function rateOf({ count, seconds }: { readonly count: number; readonly seconds: number }): number {
  return count / seconds;
}
