import { setTimeout as sleep } from 'node:timers/promises';
import { profiled } from '../profiled.ts';
import { compare, type Pair, quantile, type Row } from '../row.ts';
import type { DriverWorker } from '../workers/driver.ts';
import type { LineWorker } from '../workers/line.ts';
import type { RelayWorker } from '../workers/relay.ts';
import type { SystemServerWorker } from '../workers/system-server.ts';

const PER_SECOND = 100;
const WARM_UP_CALLS = 100;

/** Row 4: from a callback to the request that it causes, under light load. */
export const latency: Row = {
  name: 'latency',
  title: 'callback in to next ACS request out',
  async run(bench) {
    const line = bench.start<LineWorker>('line');
    const server = bench.start<SystemServerWorker>('system-server');
    const relay = bench.start<RelayWorker>('relay');
    const driver = bench.start<DriverWorker>('driver');
    const dataDir = await bench.tempDir();
    await server.call('addMembers', dataDir, 10_000);
    const acs = await line.call('start');
    const serverUrl = await server.call('start', dataDir, acs);
    const relayUrl = await relay.call('start', acs);
    let member = 0;

    const ours = async (calls: number): Promise<number[]> => {
      await driver.call('initiate', serverUrl, member + 1, member + calls);
      member += calls;
      while ((await line.call('placedCalls')) < calls) await sleep(5);
      await server.call('settle');
      return profiled(bench, server, 'latency', () => line.call('run', serverUrl, PER_SECOND));
    };
    const bare = async (calls: number): Promise<number[]> => {
      await line.call('makeUp', calls);
      return line.call('run', relayUrl, PER_SECOND);
    };

    const [medians, tails]: [Pair[], Pair[]] = [[], []];
    await ours(WARM_UP_CALLS);
    await bare(WARM_UP_CALLS);
    const calls = bench.quick ? 50 : 100;
    for (let round = 1; round <= bench.rounds; round += 1) {
      bench.progress(`round ${round} of ${bench.rounds}`);
      const [oursMs, bareMs] = [await ours(calls), await bare(calls)];
      medians.push({ ours: quantile(oursMs, 0.5), baseline: quantile(bareMs, 0.5) });
      tails.push({ ours: quantile(oursMs, 0.99), baseline: quantile(bareMs, 0.99) });
    }
    return {
      measures: [
        compare('median, against a relay that remembers nothing', 'ms', medians, { at: 'most', value: 1.5 }),
        compare('99th percentile', 'ms', tails, { at: 'most', value: 3 }),
      ],
      notes: [
        `${PER_SECOND} callbacks a second, sent on time whatever the answers take; ${calls * 4} a round and side`,
        'both sides check the token and send the same SDK request; the whole server with its own adapter, a SQLite log',
      ],
    };
  },
};
