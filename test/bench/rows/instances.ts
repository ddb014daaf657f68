import { setTimeout as sleep } from 'node:timers/promises';
import { openTablesPlaces } from '../../../src/adapters/places/tables.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { azurite } from '../../support/azurite.ts';
import { type Dealt, ended, type Instances, initiate, openInstances, perCall, usedBy } from '../load/instances.ts';
import { profiled } from '../profiled.ts';
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
/**
 * For processor time, as many at once as keep the machine busy. Code that has run seldom is slow, and each process has to learn it
 * anew: the first hundred calls of a process take twice to three times what the later ones do, whatever there is beside it.
 */
const AT_ONCE = 24;
/** Of each instance, before and while it is measured. */
const WARM_CPU = { usual: 300, quick: 50 } as const;
const CALLS_CPU = { usual: 100, quick: 40 } as const;
/** What an instance costs without calls is told apart. */
const IDLE_MS = { usual: 10_000, quick: 4_000 } as const;
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
    measures.push(...(await processors(bench)));
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
        `processor time: ${AT_ONCE} places, each instance has had ${sizeOf(bench, WARM_CPU)} calls before; less what as much time costs without calls`,
        process.env['TEST_SQL_CONNECTION_STRING']
          ? 'rows in a database, as on Azure'
          : 'rows in files that the instances share, which costs each of them more: a database is used where TEST_SQL_CONNECTION_STRING names one',
        'Azurite takes most of a core, and simulator, proxies and instances share the rest: calls a minute prove little',
      ],
    };
  },
};

type Sizes = { readonly usual: number; readonly quick: number };

type Load = {
  readonly count: number;
  readonly dealt: Dealt;
  readonly places: number;
  /** Calls of each instance, on average, before anything is measured, and then. */
  readonly warm: Sizes;
  readonly calls: Sizes;
};

/** Measures instances that have had calls before; `called` resolves when they have had those that are measured. */
async function warmed<T>(
  bench: BenchContext,
  { count, dealt, places, warm, calls }: Load,
  measure: (opened: Instances, called: () => Promise<void>, calls: number) => Promise<T>,
): Promise<T> {
  const special = { CONCURRENT_CALLS: String(places), CALLS_PER_SECOND: '1000' };
  const opened = await openInstances(bench, count, dealt, special, TIME_SCALE);
  const [before, all] = [sizeOf(bench, warm) * count, sizeOf(bench, calls) * count];
  const called = async (from: number, to: number): Promise<void> => {
    await initiate(opened, from, to);
    await ended(opened, to);
  };
  try {
    await called(1, before);
    return await measure(opened, () => called(before + 1, before + all), all);
  } finally {
    await opened.close();
  }
}

/** What is asked of the stores for a call. */
function load(bench: BenchContext, count: number, dealt: Dealt) {
  const sizes = { places: PLACES, warm: WARM, calls: CALLS };
  return warmed(bench, { count, dealt, ...sizes }, async (opened, called, calls) => {
    const start = await usedBy(opened);
    await called();
    const end = await usedBy(opened);
    return {
      perMinute: (calls / (end.atMs - start.atMs)) * 60_000,
      tables: perCall(start.tables, end.tables, calls),
      queues: perCall(start.queues, end.queues, calls),
    };
  });
}

/** What one, two and three instances take of the processor for a call. */
async function processors(bench: BenchContext): Promise<readonly Measure[]> {
  const one = await processor(bench, 1);
  const measures: Measure[] = [absolute('1 instance: processor time per call', 'ms', one.callMs, null)];
  for (const [count, value] of [
    [2, 1.25],
    [3, 1.35],
  ] as const) {
    const { callMs, idleMs } = await processor(bench, count);
    const apart = await processor(bench, count, 'apart');
    measures.push(
      absolute(`${count} instances: processor time of all per call`, 'ms', callMs, null),
      absolute('  the same / of one', '', callMs / one.callMs, { at: 'most', value }),
      absolute('  the same / of as many that share nothing but the machine', '', callMs / apart.callMs, null),
      absolute('  of all without calls, a second', 'ms', idleMs, null),
    );
  }
  return measures;
}

function processor(bench: BenchContext, count: number, dealt: Dealt = 'own') {
  bench.progress(`processor time, ${count}${dealt === 'apart' ? ' that share nothing' : ''}`);
  const sizes = { warm: WARM_CPU, calls: CALLS_CPU };
  const places = dealt === 'apart' ? AT_ONCE / count : AT_ONCE;
  return warmed(bench, { count, dealt, places, ...sizes }, async (opened, called, calls) => {
    const start = await usedBy(opened);
    await profiled(bench, opened.servers[0]!, `instances-${count}-${dealt}`, called);
    const end = await usedBy(opened);
    await sleep(sizeOf(bench, IDLE_MS));
    const idle = await usedBy(opened);
    const idleShare = (idle.cpuMs - end.cpuMs) / (idle.atMs - end.atMs);
    const ms = end.atMs - start.atMs;
    return { callMs: (end.cpuMs - start.cpuMs - idleShare * ms) / calls, idleMs: idleShare * 1_000 };
  });
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
