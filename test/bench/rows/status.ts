import { legOf } from '../load/mix.ts';
import { profiled } from '../profiled.ts';
import { compare, type Pair, type Row } from '../row.ts';
import type { BareStatusWorker } from '../workers/bare-status.ts';
import type { EmbeddedWorker } from '../workers/embedded.ts';
import type { LoadWorker } from '../workers/load.ts';
import { volley } from './volley.ts';

const CONNECTIONS = 32;
const CALLS = 20_000;

/** Row 8: asking for the status of a call. */
export const status: Row = {
  name: 'status',
  title: 'status queries per second',
  async run(bench) {
    const load = bench.start<LoadWorker>('load');
    const ours = bench.start<EmbeddedWorker>('embedded');
    const bare = bench.start<BareStatusWorker>('bare-status');
    const dataDir = await bench.tempDir();
    const ids = await bare.call('fill', dataDir, CALLS);
    const oursPort = await ours.call('start', dataDir, null);
    const barePort = await bare.call('start', dataDir);
    const paths = ids.map((id, index) => `/api/calls/status/${index % 2 === 0 ? id : legOf(id)}`);
    const pairs: Pair[] = [];
    for (let round = 0; round <= bench.rounds; round += 1) {
      bench.progress(`round ${round} of ${bench.rounds}`);
      await load.call('prepareReads', paths, CONNECTIONS, bench.quick ? 8_000 : 16_000);
      const sent = await profiled(bench, ours, 'status', () => volley(load, ours, oursPort));
      const { perSecond } = await volley(load, bare, barePort);
      if (round > 0) pairs.push({ ours: sent.perSecond, baseline: perSecond });
    }
    const goal = { at: 'least', value: 0.6 } as const;
    return {
      measures: [compare('against bare Fastify with the same statements', 'queries/s', pairs, goal)],
      notes: [
        `${CONNECTIONS} connections, ${CALLS.toLocaleString('en-US')} ended calls, half of them asked for by callSessionId, each seen once before`,
      ],
    };
  },
};
