import { profiled } from '../profiled.ts';
import { compare, type Pair, type Row } from '../row.ts';
import type { BareStatusWorker } from '../workers/bare-status.ts';
import type { EmbeddedWorker } from '../workers/embedded.ts';
import type { LoadWorker } from '../workers/load.ts';
import { volley } from './volley.ts';

const CONNECTIONS = 32;
const QUERIES = 16_000;
const QUICK_QUERIES = 4_000;

/** Row 12: what it costs that every look is in the log before its answer leaves. */
export const access: Row = {
  name: 'access',
  title: 'status queries per second, each of another call, whose looks are recorded',
  async run(bench) {
    const load = bench.start<LoadWorker>('load');
    const bare = bench.start<BareStatusWorker>('bare-status');
    const [recorded, silent] = [bench.start<EmbeddedWorker>('embedded'), bench.start<EmbeddedWorker>('embedded')];
    const [recordedDir, silentDir] = [await bench.tempDir(), await bench.tempDir()];
    const count = bench.quick ? QUICK_QUERIES : QUERIES;
    // No call is asked for twice: whoever has seen one may see it again for a while without another entry.
    const calls = count * (bench.rounds + 1);
    const recordedIds = await bare.call('fill', recordedDir, calls);
    const silentIds = await bare.call('fill', silentDir, calls);
    const recordedPort = await recorded.call('start', recordedDir, null, 'recorded');
    const silentPort = await silent.call('start', silentDir, null);
    const pairs: Pair[] = [];
    for (let round = 0; round <= bench.rounds; round += 1) {
      bench.progress(`round ${round} of ${bench.rounds}`);
      const pathsOf = (ids: readonly string[]) =>
        ids.slice(round * count, (round + 1) * count).map((id) => `/api/calls/status/${id}`);
      await load.call('prepareReads', pathsOf(recordedIds), CONNECTIONS, count);
      const ours = await profiled(bench, recorded, 'access', () => volley(load, recorded, recordedPort));
      await load.call('prepareReads', pathsOf(silentIds), CONNECTIONS, count);
      const { perSecond } = await volley(load, silent, silentPort);
      if (round > 0) pairs.push({ ours: ours.perSecond, baseline: perSecond });
    }
    const goal = { at: 'least', value: 0.5 } as const;
    return {
      measures: [compare('against the same server, which records no look', 'queries/s', pairs, goal)],
      notes: [`${CONNECTIONS} connections; looks that arrive together are one append, and each is an entry with a row`],
    };
  },
};
