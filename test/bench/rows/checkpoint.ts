import { absolute, median, type Row } from '../row.ts';
import type { CheckpointWorker } from '../workers/checkpoint.ts';

const HEADS = 10_000;

/** Row 13: what a checkpoint costs the thread that answers. */
export const checkpoint: Row = {
  name: 'checkpoint',
  title: `a checkpoint of ${HEADS.toLocaleString('en-US')} heads from memory: processor time`,
  async run(bench) {
    const worker = bench.start<CheckpointWorker>('checkpoint');
    await worker.call('start', await bench.tempDir());
    const made = [];
    for (let round = 0; round <= bench.rounds; round += 1) {
      bench.progress(`round ${round} of ${bench.rounds}`);
      await worker.call('append', HEADS);
      const one = await worker.call('make', HEADS);
      if (round > 0) made.push(one);
    }
    const goal = { at: 'most', value: 1 } as const;
    const longest = made.map(({ longestMs }) => longestMs);
    return {
      measures: [
        absolute('in all', 's', median(made.map(({ cpuSeconds }) => cpuSeconds)), goal),
        absolute('longest that nobody else had a turn', 'ms', median(longest), null),
      ],
      notes: ['the log in a file, the tree in a folder, both synced; batch, record and checkpoint'],
    };
  },
};
