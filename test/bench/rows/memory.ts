import { setTimeout as sleep } from 'node:timers/promises';
import { absolute, type Row } from '../row.ts';
import type { EmbeddedWorker } from '../workers/embedded.ts';
import type { LineWorker } from '../workers/line.ts';
import type { LoadWorker } from '../workers/load.ts';
import type { SystemServerWorker } from '../workers/system-server.ts';
import { volley } from './volley.ts';

const CALLS = 10_000;
const CONNECTIONS = 64;
const SETTLE_MS = 2_000;

/** Row 11: what the server holds of open calls. */
export const memory: Row = {
  name: 'memory',
  title: `${CALLS.toLocaleString('en-US')} open calls: resident memory of the server`,
  async run(bench) {
    const load = bench.start<LoadWorker>('load');
    const ours = bench.start<EmbeddedWorker>('embedded');
    await load.call('mintTokens');
    const dataDir = await bench.tempDir();
    const port = await ours.call('start', dataDir, null);
    const empty = await ours.call('usage');
    bench.progress('opening calls');
    const calls = await ours.call('openCalls', CALLS);
    await load.call('prepareCallbacks', calls, CONNECTIONS, 'half-call');
    await volley(load, ours, port);
    await ours.call('settle');
    await sleep(SETTLE_MS);
    const live = await ours.call('usage');
    await ours.stop();

    bench.progress('starting again');
    const line = bench.start<LineWorker>('line');
    const again = bench.start<SystemServerWorker>('system-server');
    await again.call('start', dataDir, await line.call('start'));
    const open = await again.call('openCalls');
    await sleep(SETTLE_MS);
    const restarted = await again.call('usage');
    if (open !== CALLS) throw new Error(`${open} of ${CALLS} calls are open after the restart`);
    const goal = { at: 'most', value: 300 } as const;
    return {
      measures: [
        absolute('after taking them there', 'MiB', mebi(live.rssBytes), goal),
        absolute('after a restart', 'MiB', mebi(restarted.rssBytes), goal),
      ],
      notes: [
        'each at its second question, four callbacks taken over HTTP; no garbage collection was forced',
        `without calls: ${mebi(empty.rssBytes).toFixed(0)} MiB; heap in use ${mebi(live.heapUsedBytes).toFixed(0)} and ${mebi(restarted.heapUsedBytes).toFixed(0)} MiB`,
      ],
    };
  },
};

function mebi(bytes: number): number {
  return bytes / 2 ** 20;
}
