import { randomBytes } from 'node:crypto';
import { azurite, connectionStringOf } from '../../support/azurite.ts';
import { startLossyProxy } from '../../support/lossy-proxy.ts';
import { profiled } from '../profiled.ts';
import { absolute, compare, type Pair, type Row } from '../row.ts';
import type { TablesSlice, TablesWorker } from '../workers/tables.ts';

const STREAMS_AT_ONCE = 8;

/** Appending to the log in Azure Tables. */
export const tables: Row = {
  name: 'tables',
  title: 'appends a second on Azure Tables',
  async run(bench) {
    const { connectionString, tablesUrl } = await azurite();
    const worker = bench.start<TablesWorker>('tables');
    const prefix = () => `B${randomBytes(5).toString('hex')}`;
    const perSlice = STREAMS_AT_ONCE * (await worker.call('appendsPerStream'));
    const slices = bench.quick ? 8 : 24;
    const [rates, costs]: [Pair[], Pair[]] = [[], []];
    for (let round = 0; round <= bench.rounds; round += 1) {
      bench.progress(`round ${round} of ${bench.rounds}`);
      await worker.call('open', { connectionString, prefix: prefix() });
      const [ours, baseline] = [newSum(), newSum()];
      for (let slice = 0; slice < slices; slice += 1) {
        const oursFirst = slice % 2 === 0;
        if (!oursFirst) baseline.add(await worker.call('baseline', STREAMS_AT_ONCE));
        ours.add(await profiled(bench, worker, 'tables', () => worker.call('ours', STREAMS_AT_ONCE)));
        if (oursFirst) baseline.add(await worker.call('baseline', STREAMS_AT_ONCE));
      }
      if (round === 0) continue;
      const appends = slices * perSlice;
      rates.push({ ours: appends / ours.seconds(), baseline: appends / baseline.seconds() });
      costs.push({ ours: (ours.cpuSeconds() / appends) * 1e6, baseline: (baseline.cpuSeconds() / appends) * 1e6 });
    }

    // Counted apart: a proxy on the way would take its share of the time.
    const proxy = await startLossyProxy(tablesUrl, { seed: 1 });
    await worker.call('open', {
      connectionString: connectionStringOf({ tables: proxy.url, queues: '' }),
      prefix: prefix(),
    });
    const before = proxy.counts().total;
    await worker.call('ours', STREAMS_AT_ONCE);
    const requests = (proxy.counts().total - before) / perSlice;
    await worker.call('close');
    await proxy.close();

    return {
      measures: [
        compare('against the bare SDK transaction', 'appends/s', rates, { at: 'least', value: 0.9 }),
        compare("the client's processor time for an append", 'µs', costs, null),
        absolute('table requests for an append', 'requests', requests, { at: 'most', value: 1 }),
      ],
      notes: [
        `both on the same Azurite, in slices of ${perSlice} appends by turns; ${STREAMS_AT_ONCE} streams at once, 1 to 3 entries`,
      ],
    };
  },
};

function newSum() {
  let seconds = 0;
  let cpuSeconds = 0;
  return {
    add(slice: TablesSlice): void {
      seconds += slice.seconds;
      cpuSeconds += slice.cpuSeconds;
    },
    seconds: () => seconds,
    cpuSeconds: () => cpuSeconds,
  };
}
