import { setTimeout as sleep } from 'node:timers/promises';
import { type Dealt, ended, type Instances, initiate, openInstances, usedBy } from '../load/instances.ts';
import { profiled } from '../profiled.ts';
import { absolute, type BenchContext, compare, type Goal, median, type Pair, type Row } from '../row.ts';

/** Calls of two seconds, as in the row of requests. */
const TIME_SCALE = 20;
/** As many at once as keep the machine busy. */
const AT_ONCE = 24;
/**
 * Of each instance, on average, before it is measured. Code that has run seldom is slow, and each process has to learn it anew: its
 * first hundred calls take twice to three times what the later ones do, whatever there is beside it.
 */
const WARM = { usual: 250, quick: 50 } as const;
/** Of each instance, on average, in every round. */
const CALLS = { usual: 60, quick: 20 } as const;
/** What instances cost without calls is told apart. */
const IDLE_MS = { usual: 10_000, quick: 4_000 } as const;

const ONE = { count: 1, dealt: 'own' } as const;
const HELD_TO_ONE = [
  [2, { at: 'most', value: 1.25 }],
  [3, { at: 'most', value: 1.35 }],
] as const satisfies readonly (readonly [number, Goal])[];

/** What a second and a third instance take of the processor. */
export const instancesProcessor: Row = {
  name: 'instances-processor',
  title: 'processor time of a call with one, two and three instances',
  async run(bench) {
    const all = [
      ONE,
      ...HELD_TO_ONE.flatMap(([count]) => [{ count, dealt: 'own' } as const, { count, dealt: 'apart' } as const]),
    ];
    const opened: Warm[] = [];
    try {
      for (const { count, dealt } of all) opened.push(await openWarm(bench, count, dealt));
      const rounds = await inTurn(bench, opened);
      const [one, ...more] = await lessIdle(bench, opened, rounds);
      const measures = HELD_TO_ONE.flatMap(([count, goal], index) => {
        const [ours, apart] = [more[2 * index]!, more[2 * index + 1]!];
        return [
          compare(`${count} instances: processor time of all per call, against one`, 'ms', pairs(ours, one!), goal),
          compare('  against as many that share nothing but the machine', 'ms', pairs(ours, apart), null),
        ];
      });
      return {
        measures: [absolute('1 instance: processor time per call', 'ms', median(one!), null), ...measures],
        notes: [
          `${TIME_SCALE} times faster than life, ${AT_ONCE} places; each instance has had ${sizeOf(bench, WARM)} calls before; less what as much time costs without calls`,
          process.env['TEST_SQL_CONNECTION_STRING']
            ? 'rows in a database, as on Azure'
            : 'rows in files that the instances share, which costs each of them more: a database is used where TEST_SQL_CONNECTION_STRING names one',
        ],
      };
    } finally {
      for (const { instances } of opened) await instances.close();
    }
  },
};

type Warm = { readonly named: string; readonly count: number; readonly instances: Instances; had: number };

/** What all instances took in one round. */
type Round = { readonly cpuMs: number; readonly ms: number; readonly calls: number };

async function openWarm(bench: BenchContext, count: number, dealt: Dealt): Promise<Warm> {
  const named = `${count}${dealt === 'apart' ? ' that share nothing' : ''}`;
  bench.progress(`first calls of ${named}`);
  const places = dealt === 'apart' ? AT_ONCE / count : AT_ONCE;
  const special = { CONCURRENT_CALLS: String(places), CALLS_PER_SECOND: '1000' };
  const warm = { named, count, instances: await openInstances(bench, count, dealt, special, TIME_SCALE), had: 0 };
  await call(warm, sizeOf(bench, WARM) * count);
  return warm;
}

async function call(warm: Warm, calls: number): Promise<void> {
  const from = warm.had + 1;
  warm.had += calls;
  await initiate(warm.instances, from, warm.had);
  await ended(warm.instances, warm.had);
}

/** All of them right after each other in every round: what the machine does meanwhile meets them alike. */
async function inTurn(bench: BenchContext, opened: readonly Warm[]): Promise<readonly (readonly Round[])[]> {
  const rounds: Round[][] = opened.map(() => []);
  for (let round = 1; round <= bench.rounds; round += 1) {
    for (const [index, warm] of opened.entries()) {
      bench.progress(`round ${round} of ${bench.rounds}, ${warm.named}`);
      const calls = sizeOf(bench, CALLS) * warm.count;
      const start = await usedBy(warm.instances);
      await profiled(bench, warm.instances.servers[0]!, `instances-${warm.named.replaceAll(' ', '-')}`, () =>
        call(warm, calls),
      );
      const end = await usedBy(warm.instances);
      rounds[index]!.push({ cpuMs: end.cpuMs - start.cpuMs, ms: end.atMs - start.atMs, calls });
    }
  }
  return rounds;
}

/** Milliseconds per call in each round, less what instances without calls take in the same time. */
async function lessIdle(
  bench: BenchContext,
  opened: readonly Warm[],
  rounds: readonly (readonly Round[])[],
): Promise<readonly (readonly number[])[]> {
  const before = await Promise.all(opened.map(({ instances }) => usedBy(instances)));
  await sleep(sizeOf(bench, IDLE_MS));
  const after = await Promise.all(opened.map(({ instances }) => usedBy(instances)));
  return rounds.map((all, index) => {
    const [from, to] = [before[index]!, after[index]!];
    const idle = (to.cpuMs - from.cpuMs) / (to.atMs - from.atMs);
    return all.map(({ cpuMs, ms, calls }) => (cpuMs - idle * ms) / calls);
  });
}

function pairs(ours: readonly number[], baseline: readonly number[]): Pair[] {
  return ours.map((value, round) => ({ ours: value, baseline: baseline[round]! }));
}

function sizeOf(bench: BenchContext, sizes: { readonly usual: number; readonly quick: number }): number {
  return bench.quick ? sizes.quick : sizes.usual;
}
