import { setTimeout as sleep } from 'node:timers/promises';
import { profiled } from '../profiled.ts';
import { absolute, type BenchContext, compare, median, type Pair, type Row } from '../row.ts';
import type { BareRequestsWorker } from '../workers/bare-requests.ts';
import type { DriverWorker } from '../workers/driver.ts';
import type { SimulatorWorker } from '../workers/simulator.ts';
import type { SinkWorker } from '../workers/sink.ts';
import type { SystemServerWorker } from '../workers/system-server.ts';

/** So fast that nobody waits for anybody's talking: a call takes some 150 ms. */
const TIME_SCALE = 200;
const OPEN_AT_ONCE = 100;
const WARM_UP_CALLS = 200;
const CALLBACKS_PER_CALL = 9;

/** Rows 9 and 10: calls from initiate to the last answer, all of it over HTTP, and what they cost the server. */
export const system: Row = {
  name: 'system',
  title: 'whole system, simulator and server in processes of their own',
  async run(bench) {
    const parts = await startSystem(bench);
    // Processor time is the figure that other work on the machine disturbs most: more and shorter rounds.
    const callsPerRound = 200;
    const rounds = bench.rounds * 2;
    const rates: number[] = [];
    const costs: Pair[] = [];
    let last = WARM_UP_CALLS;
    await place(parts, 1, last);
    await bareCost(parts, 50);
    for (let round = 1; round <= rounds; round += 1) {
      bench.progress(`round ${round} of ${rounds}`);
      const before = await parts.server.call('usage');
      const seconds = await profiled(bench, parts.server, 'system', () => place(parts, last + 1, last + callsPerRound));
      const after = await parts.server.call('usage');
      last += callsPerRound;
      rates.push((callsPerRound / seconds) * 60);
      const ours = (after.cpuMicros - before.cpuMicros) / callsPerRound / 1_000;
      costs.push({ ours, baseline: await bareCost(parts, callsPerRound / 2) });
    }
    const evidence = await gather(parts, last);
    return {
      measures: [
        absolute('calls a minute', 'calls', median(rates), { at: 'least', value: 3_000 }),
        compare('processor time of the server per call, against its bare requests and token checks', 'ms', costs, {
          at: 'most',
          value: 1.6,
        }),
        ...evidence.measures,
      ],
      notes: [
        `${OPEN_AT_ONCE} calls open at once, ${callsPerRound} calls a round, ${evidence.entries} entries of the log verified`,
        'all over HTTP: initiate by a third process, requests and signed callbacks between server and simulator',
        'the bare side: 7 SDK requests to the same simulator and 9 token checks per call; no HTTP server, no callback read',
        ...evidence.notes,
      ],
    };
  },
};

async function startSystem(bench: BenchContext) {
  const server = bench.start<SystemServerWorker>('system-server');
  const simulator = bench.start<SimulatorWorker>('simulator');
  const driver = bench.start<DriverWorker>('driver');
  const bare = bench.start<BareRequestsWorker>('bare-requests');
  const sink = bench.start<SinkWorker>('sink');
  const dataDir = await bench.tempDir();
  await server.call('addMembers', dataDir, 25_000);
  const acs = await simulator.call('start', TIME_SCALE);
  const url = await server.call('start', dataDir, acs);
  await bare.call('start', acs);
  const sinkUrl = await sink.call('start');
  return { server, simulator, driver, url, bare, sink, sinkUrl };
}

type System = Awaited<ReturnType<typeof startSystem>>;

/** Places the calls of members `from` to `to`, keeps so many open at once, and returns the seconds until all are over. */
async function place({ server, driver, url }: System, from: number, to: number): Promise<number> {
  const startMs = performance.now();
  for (let placed = from - 1; placed < to; ) {
    const open = await server.call('openCalls');
    const upTo = Math.min(to, placed + OPEN_AT_ONCE - open);
    if (upTo > placed) await driver.call('initiate', url, placed + 1, upTo);
    else await sleep(5);
    placed = Math.max(placed, upTo);
  }
  while ((await server.call('openCalls')) > 0) await sleep(5);
  await server.call('settle');
  return (performance.now() - startMs) / 1_000;
}

/** Processor time in milliseconds of what a call cannot do without. */
async function bareCost({ bare, sink, sinkUrl }: System, calls: number): Promise<number> {
  const answeredBefore = await sink.call('connectedCalls');
  const placeMicros = await bare.call('place', calls, sinkUrl);
  while ((await sink.call('connectedCalls')) < answeredBefore + calls) await sleep(10);
  const talkMicros = await bare.call('talk');
  const tokenMicros = await bare.call('checkTokens', calls * CALLBACKS_PER_CALL);
  return (placeMicros + talkMicros + tokenMicros) / calls / 1_000;
}

async function gather({ server, simulator, driver, url }: System, total: number) {
  const { completed, others } = await driver.call('outcome', url);
  const { dialsByNumber } = await simulator.call('stats');
  const dials = Object.entries(dialsByNumber).filter(([number]) => number.startsWith('+1555'));
  const twice = dials.filter(([, count]) => count !== 1).length;
  const { entries, findings } = await server.call('verify');
  return {
    entries,
    measures: [
      absolute('calls that lost an answer', 'calls', total - completed, { at: 'most', value: 0 }),
      absolute('calls not dialled exactly once', 'calls', twice + Math.abs(total - dials.length), {
        at: 'most',
        value: 0,
      }),
      absolute('contradictions found in the log', 'findings', findings, { at: 'most', value: 0 }),
    ],
    notes: others.slice(0, 3).map((other) => `not completed: ${other} responses`),
  };
}
