import { randomBytes } from 'node:crypto';
import { azurite } from '../../support/azurite.ts';
import { freePort } from '../../support/free-port.ts';
import { openCountedDatabase } from '../load/sql-database.ts';
import { absolute, type BenchContext, type Measure, median, type Row } from '../row.ts';
import type { ColdStartWorker, Delivery, Settings } from '../workers/cold-start.ts';
import type { SimulatorWorker } from '../workers/simulator.ts';

const GOAL = { at: 'most', value: 2 } as const;

/** How long a callback waits that wakes a server which was scaled to zero, on this side of the platform's own part. */
export const coldStart: Row = {
  name: 'cold-start',
  title: "cold start to the first acknowledged callback, beyond Node's own start",
  async run(bench) {
    const worker = bench.start<ColdStartWorker>('cold-start');
    const simulator = bench.start<SimulatorWorker>('simulator');
    const acs = await simulator.call('start', 1);
    const onAzure = await storageSettings();
    const connectionString = process.env['TEST_SQL_CONNECTION_STRING'];
    const sql = connectionString ? await openCountedDatabase(connectionString) : null;
    const withSql = sql && {
      ...onAzure,
      ...names(),
      SQL_CONNECTION_STRING: sql.connectionString,
      MEMBERS_CREATE: 'true',
    };
    try {
      const variants = [
        await prepare(bench, worker, 'log in Azure Tables, queues', { ...acs, ...onAzure }),
        ...(withSql
          ? [await prepare(bench, worker, 'log in Azure Tables, queues, SQL Server', { ...acs, ...withSql })]
          : []),
        await prepare(bench, worker, 'embedded: everything in files', acs),
      ];
      const starts = bench.quick ? 3 : 5;
      const nodeMs: number[] = [];
      for (let n = 1; n <= starts; n += 1) {
        bench.progress(`start ${n} of ${starts}`);
        nodeMs.push(await worker.call('bareNode'));
        for (const { settings, delivery, ms } of variants) ms.push(await worker.call('coldStart', settings, delivery));
      }
      return {
        measures: variants.map((variant) => measureOf(variant, median(nodeMs))),
        notes: [
          `the median of ${starts} starts each, less ${median(nodeMs).toFixed(0)} ms that node -e 0 takes`,
          'one open call in the log; its callback is tried every 5 ms until it is acknowledged, token checked, entry appended',
          ...(sql ? [] : ['with SQL Server: not measured; it needs a database: TEST_SQL_CONNECTION_STRING']),
        ],
      };
    } finally {
      await sql?.close();
    }
  },
};

type Variant = {
  readonly what: string;
  readonly settings: Settings;
  readonly delivery: Delivery;
  readonly ms: number[];
};

async function prepare(
  bench: BenchContext,
  worker: ReturnType<typeof bench.start<ColdStartWorker>>,
  what: string,
  stores: Settings,
): Promise<Variant> {
  bench.progress(what);
  const settings = { ...stores, PORT: String(await freePort()), DATA_DIR: await bench.tempDir() };
  return { what, settings, delivery: await worker.call('leaveCall', settings), ms: [] };
}

async function storageSettings(): Promise<Settings> {
  const { connectionString } = await azurite();
  return {
    TABLES_CONNECTION_STRING: connectionString,
    QUEUE_CONNECTION_STRING: connectionString,
    CALLBACK_SECRET_KEY: randomBytes(32).toString('hex'),
    ...names(),
  };
}

/** Tables and queues of its own for each server. */
function names(): Settings {
  const prefix = `b${randomBytes(5).toString('hex')}`;
  return { TABLES_PREFIX: prefix, QUEUE_PREFIX: prefix };
}

function measureOf({ what, ms }: Variant, nodeMs: number): Measure {
  return absolute(what, 's', (median(ms) - nodeMs) / 1_000, GOAL);
}
