import { profiled } from '../profiled.ts';
import { type BenchContext, compare, median, type Pair, type Row } from '../row.ts';
import type { LogWorker, Timed, TimedRebuild } from '../workers/log.ts';

/** Row 5: folding calls from the log. */
export const replay: Row = {
  name: 'replay',
  title: 'replay: entries folded per second',
  async run(bench) {
    const { worker, dataDir, entries } = await filled(bench, bench.quick ? 50_000 : 100_000);
    const pairs: Pair[] = [];
    for (let round = 0; round <= bench.rounds; round += 1) {
      const ours = await profiled(bench, worker, 'replay', () => worker.call('replay', dataDir));
      const baseline = await worker.call('scan', dataDir);
      if (round > 0) pairs.push({ ours: rateOf(ours), baseline: rateOf(baseline) });
    }
    const goal = { at: 'least', value: 0.5 } as const;
    return {
      measures: [compare('against one scan of the same file + JSON.parse', 'entries/s', pairs, goal)],
      notes: [`${entries} entries of whole calls, read stream by stream through the log's port`],
    };
  },
};

/** Row 7: verifying the hash chains. */
export const verify: Row = {
  name: 'verify',
  title: 'verify: entries checked per second',
  async run(bench) {
    const { worker, dataDir, entries } = await filled(bench, bench.quick ? 50_000 : 100_000);
    const bytes = await worker.call('load', dataDir);
    await worker.call('seal', dataDir);
    const [chains, withRows, inMemory]: [Pair[], Pair[], Pair[]] = [[], [], []];
    for (let round = 0; round <= bench.rounds; round += 1) {
      const ours = rateOf(await profiled(bench, worker, 'verify', () => worker.call('verify', dataDir, false)));
      const ourRows = rateOf(await profiled(bench, worker, 'verify-rows', () => worker.call('verify', dataDir, true)));
      const hashed = rateOf(await worker.call('hashInMemory'));
      const readAndHashed = rateOf(await worker.call('hashFromFile', dataDir));
      if (round === 0) continue;
      chains.push({ ours, baseline: readAndHashed });
      withRows.push({ ours: ourRows, baseline: readAndHashed });
      inMemory.push({ ours, baseline: hashed });
    }
    const sha = 'against SHA-256 of the same bytes, read from the same file';
    return {
      measures: [
        compare(`chains and leaves, ${sha}`, 'entries/s', chains, { at: 'least', value: 0.45 }),
        compare(`with rows, ${sha}`, 'entries/s', withRows, { at: 'least', value: 0.25 }),
        compare('chains and leaves, against SHA-256 alone, the bytes in memory', 'entries/s', inMemory, null),
      ],
      notes: [`${entries} entries, ${Math.round(bytes / entries)} bytes hashed for each; every head in the tree`],
    };
  },
};

/** Row 6: whether a rebuild costs the same per entry however long the log is. */
export const rebuild: Row = {
  name: 'rebuild',
  title: 'rebuild of the read models: cost per entry as the log grows',
  async run(bench) {
    const small = await filled(bench, 10_000);
    bench.progress('writing a long log');
    const large = await filled(bench, bench.quick ? 100_000 : 1_000_000);
    const [smallPeaks, largePeaks]: [number[], number[]] = [[], []];
    const pairs: Pair[] = [];
    // The first of each finds empty read models, and code that is not warm yet.
    await repeated(small, 10);
    for (let round = 0; round <= (bench.quick ? 2 : 1); round += 1) {
      bench.progress(`rebuild ${round + 1}`);
      const before = await repeated(small, 10);
      const whole = await profiled(bench, large.worker, 'rebuild', () => large.worker.call('rebuild', large.dataDir));
      const after = await repeated(small, 10);
      const smallSeconds = median([...before, ...after].map(({ seconds }) => seconds));
      smallPeaks.push(...[...before, ...after].map(({ peakRssBytes }) => peakRssBytes));
      largePeaks.push(whole.peakRssBytes);
      if (round === 0) continue;
      pairs.push({ ours: (whole.seconds / large.entries) * 1e6, baseline: (smallSeconds / small.entries) * 1e6 });
    }
    const memory = [{ ours: Math.max(...largePeaks) / 2 ** 20, baseline: Math.max(...smallPeaks) / 2 ** 20 }];
    const many = large.entries.toLocaleString('en-US');
    return {
      measures: [
        compare(`per entry, ${many} against 10,000 entries`, 'µs', pairs, { at: 'most', value: 1.15 }),
        compare('most resident memory during it', 'MiB', memory, { at: 'most', value: 1.25 }),
      ],
      notes: ['written through the log port; each size in a process of its own, read models full before it'],
    };
  },
};

type Filled = Awaited<ReturnType<typeof filled>>;

async function filled(bench: BenchContext, entryCount: number) {
  const writer = bench.start<LogWorker>('log');
  const dataDir = await bench.tempDir();
  const entries = await writer.call('fill', dataDir, entryCount);
  await writer.stop();
  return { worker: bench.start<LogWorker>('log'), dataDir, entries };
}

async function repeated({ worker, dataDir }: Filled, times: number): Promise<TimedRebuild[]> {
  const runs: TimedRebuild[] = [];
  for (let run = 0; run < times; run += 1) runs.push(await worker.call('rebuild', dataDir));
  return runs;
}

function rateOf({ count, seconds }: Timed): number {
  return count / seconds;
}
