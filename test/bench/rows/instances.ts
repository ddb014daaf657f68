import { setTimeout as sleep } from 'node:timers/promises';
import { openTablesPlaces } from '../../../src/adapters/places/tables.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { azurite } from '../../support/azurite.ts';
import { type Dealt, ended, initiate, openInstances, perCall, usedBy } from '../load/instances.ts';
import { absolute, type BenchContext, type Measure, quantile, type Row } from '../row.ts';

/**
 * Calls of two seconds: so fast that a minute suffices, so slow that callbacks of one call seldom come within the time of one
 * request, as they never do in life.
 */
const TIME_SCALE = 20;
/** Fewer than wait, so that there is always a line. */
const PLACES = 8;
/** Of each instance, on average, before requests are counted. */
const WARM = { usual: 40, quick: 10 } as const;
/** Of each instance, on average. */
const CALLS = { usual: 40, quick: 15 } as const;
/** Calls for the time from a place that came back to the next dial, in places that are two. */
const TIGHT_CALLS = { usual: 24, quick: 12 } as const;
const TIGHT = { CONCURRENT_CALLS: '2', CALLS_PER_SECOND: '20' } as const;
const TIGHT_SCALE = 25;
/** Slow enough that turns are waited for when an instance stops. */
const SLOW = { CONCURRENT_CALLS: '20', CALLS_PER_SECOND: '6' } as const;
const CALLER = '+15550100000';

const LOADS = [
  [1, 'own', 26],
  [2, 'own', 26],
  [3, 'own', 26],
  [3, 'random', 35],
] as const;

/** What a second and a third instance cost and bring. */
export const instances: Row = {
  name: 'instances',
  title: "one, two and three instances on Azure's tables and queues",
  async run(bench) {
    const measures: Measure[] = [];
    const notes: string[] = [];
    for (const [count, dealt, most] of LOADS) {
      const named = `${count} ${count === 1 ? 'instance' : 'instances'}${dealt === 'random' ? ', callbacks dealt at random' : ''}`;
      bench.progress(named);
      const figures = await load(bench, count, dealt);
      measures.push(
        absolute(`${named}: calls a minute`, 'calls', figures.perMinute, null),
        absolute(`${named}: table requests per call`, 'requests', sum(figures.tables), { at: 'most', value: most }),
        absolute('  of these for places', 'requests', sum(figures.tables, 'Dialling'), null),
        absolute(`${named}: queue requests per call`, 'requests', sum(figures.queues), null),
      );
      notes.push(`${named}: ${breakdown(figures.tables)}`);
    }
    for (const count of [1, 2, 3]) {
      const named = `two places, ${count} ${count === 1 ? 'instance' : 'instances'}`;
      bench.progress(named);
      const gaps = await tight(bench, count);
      measures.push(
        absolute(`${named}: from a free place to the next dial, median`, 'ms', quantile(gaps, 0.5), null),
        absolute('  the longest', 'ms', Math.max(...gaps), { at: 'most', value: 1_000 }),
      );
    }
    bench.progress('an instance stops');
    const stoppingMs = await stopping(bench);
    measures.push(absolute('until a place taken and not begun at SIGTERM is begun or given', 'ms', stoppingMs, null));
    return {
      measures,
      notes: [
        ...notes,
        `${TIME_SCALE} times faster than life, ${PLACES} places, and calls that wait for one all the time; each instance has had its calls before`,
        'Azurite takes most of a core, and simulator, proxies and instances share the rest: calls a minute prove little',
      ],
    };
  },
};

type Sizes = { readonly usual: number; readonly quick: number };

/** What is asked of the stores for a call, by instances that have had calls before. */
async function load(bench: BenchContext, count: number, dealt: Dealt) {
  const special = { CONCURRENT_CALLS: String(PLACES), CALLS_PER_SECOND: '1000' };
  const opened = await openInstances(bench, count, dealt, special, TIME_SCALE);
  const [before, calls] = [sizeOf(bench, WARM) * count, sizeOf(bench, CALLS) * count];
  const called = async (from: number, to: number): Promise<void> => {
    await initiate(opened, from, to);
    await ended(opened, to);
  };
  try {
    await called(1, before);
    const start = await usedBy(opened);
    await called(before + 1, before + calls);
    const end = await usedBy(opened);
    return {
      perMinute: (calls / (end.atMs - start.atMs)) * 60_000,
      tables: perCall(start.tables, end.tables, calls),
      queues: perCall(start.queues, end.queues, calls),
    };
  } finally {
    await opened.close();
  }
}

function sizeOf(bench: BenchContext, sizes: Sizes): number {
  return bench.quick ? sizes.quick : sizes.usual;
}

function sum(requests: ReadonlyMap<string, number>, named = ''): number {
  return [...requests].reduce((all, [kind, count]) => (kind.includes(named) ? all + count : all), 0);
}

function breakdown(requests: ReadonlyMap<string, number>): string {
  return [...requests].map(([kind, count]) => `${count.toFixed(1)} ${kind}`).join(', ');
}

async function tight(bench: BenchContext, count: number): Promise<readonly number[]> {
  const opened = await openInstances(bench, count, 'random', TIGHT, TIGHT_SCALE);
  try {
    const calls = sizeOf(bench, TIGHT_CALLS);
    await opened.simulator.call('gaps');
    await initiate(opened, 1, calls);
    await ended(opened, calls);
    return await opened.simulator.call('gaps');
  } finally {
    await opened.close();
  }
}

/** The longest that such a place waits, when one of two instances stops while turns are given out. */
async function stopping(bench: BenchContext): Promise<number> {
  const opened = await openInstances(bench, 2, 'random', SLOW, TIGHT_SCALE);
  const { connectionString } = await azurite();
  const places = openTablesPlaces(
    { connectionString },
    { prefix: opened.prefix, createTables: false, clock: systemClock },
  );
  try {
    await initiate(opened, 1, 16);
    const stopped = opened.servers[0]!.call('stop');
    const stoppedMs = performance.now();
    const taken = await notBegun(places);
    let left = taken;
    while (left.length > 0 && performance.now() - stoppedMs < 30_000) {
      const now = new Set(await notBegun(places));
      left = left.filter((key) => now.has(key));
      await sleep(10);
    }
    await stopped;
    return performance.now() - stoppedMs;
  } finally {
    places.close();
    await opened.close();
  }
}

/** Turns that are still to come. */
async function notBegun(places: ReturnType<typeof openTablesPlaces>): Promise<readonly string[]> {
  const stored = await places.read(CALLER);
  if (stored === 'absent' || !('row' in stored)) throw new Error('the row of places cannot be read');
  const nowMs = places.now();
  return stored.row.held
    .filter(({ turnMs }) => turnMs > nowMs)
    .map(({ callSessionId, by }) => `${callSessionId} ${by}`);
}
