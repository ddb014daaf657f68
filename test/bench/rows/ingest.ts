import { join } from 'node:path';
import { legOf, type MixName } from '../load/mix.ts';
import { profiled } from '../profiled.ts';
import { type BenchContext, compare, type Measure, type Row } from '../row.ts';
import type { BareRouteWorker } from '../workers/bare-route.ts';
import type { CrudWorker } from '../workers/crud.ts';
import type { EmbeddedWorker } from '../workers/embedded.ts';
import type { LoadWorker } from '../workers/load.ts';
import { type Figures, volley } from './volley.ts';

const CONNECTIONS = 64;
const WARM_UP_CALLS = 256;

const MIX =
  'mix: the nine callbacks of a call with all answers, six of which move it; per callback 1.67 appends and 2.33 entries';

/** Rows 1 and 3: taking callbacks in, against a bare route and against the usual design. */
export const ingest: Row = {
  name: 'ingest',
  title: 'callbacks durably acknowledged per second, no token check',
  async run(bench) {
    const servers = await startServers(bench, { tokens: false, crud: true });
    const rounds = await measure(bench, servers, 'whole-call');
    const still = await measure(bench, servers, 'kept-only');
    return {
      measures: [
        rate('against a bare Fastify route', rounds, 'bare', 0.6),
        rate('against in-memory dedupe + one UPDATE each', rounds, 'crud', 3),
        cost(rounds),
        rate('callbacks that move nothing, against the bare route', still, 'bare', null),
        rate('callbacks that move nothing, against the UPDATE', still, 'crud', null),
      ],
      notes: [
        MIX,
        `${CONNECTIONS} connections; every call of every round ended with its three answers`,
        'the verifier of the server says ok to every token; telephony accepts at once',
      ],
    };
  },
};

/** Row 2: the same with the provider's token checked on both sides. */
export const ingestTokens: Row = {
  name: 'ingest-tokens',
  title: 'callbacks durably acknowledged per second, tokens checked',
  async run(bench) {
    const servers = await startServers(bench, { tokens: true, crud: false });
    const rounds = await measure(bench, servers, 'whole-call');
    return {
      measures: [rate('against a bare Fastify route with jose', rounds, 'bare', 0.7), cost(rounds)],
      notes: [MIX, 'RS256 is checked on both sides; telephony accepts at once'],
    };
  },
};

type Round = { readonly ours: Figures; readonly bare: Figures; readonly crud: Figures | null };

function rate(what: string, rounds: readonly Round[], side: 'bare' | 'crud', atLeast: number | null): Measure {
  const pairs = rounds.map((round) => ({ ours: round.ours.perSecond, baseline: round[side]?.perSecond ?? Number.NaN }));
  return compare(what, 'callbacks/s', pairs, atLeast === null ? null : { at: 'least', value: atLeast });
}

function cost(rounds: readonly Round[]): Measure {
  const pairs = rounds.map(({ ours, bare }) => ({ ours: ours.cpuMicrosEach, baseline: bare.cpuMicrosEach }));
  return compare('processor time per callback, against the bare route', 'µs', pairs, null);
}

async function startServers(bench: BenchContext, sides: { readonly tokens: boolean; readonly crud: boolean }) {
  const load = bench.start<LoadWorker>('load');
  const ours = bench.start<EmbeddedWorker>('embedded');
  const bare = bench.start<BareRouteWorker>('bare-route');
  const crud = bench.start<CrudWorker>('crud');
  const published = await load.call('mintTokens');
  const tokenCheck = sides.tokens ? published : null;
  const oursPort = await ours.call('start', await bench.tempDir(), tokenCheck);
  const barePort = await bare.call('start', tokenCheck);
  const crudPort = sides.crud ? await crud.call('start', join(await bench.tempDir(), 'crud.db')) : null;
  return { load, ours, bare, crud, oursPort, barePort, crudPort };
}

type Servers = Awaited<ReturnType<typeof startServers>>;

async function measure(bench: BenchContext, servers: Servers, mix: MixName): Promise<Round[]> {
  await oneRound(bench, servers, mix, WARM_UP_CALLS);
  const rounds: Round[] = [];
  for (let index = 1; index <= bench.rounds; index += 1) {
    bench.progress(`${mix}, round ${index} of ${bench.rounds}`);
    rounds.push(await oneRound(bench, servers, mix, bench.quick || mix === 'kept-only' ? 512 : 1_024));
  }
  return rounds;
}

async function oneRound(bench: BenchContext, servers: Servers, mix: MixName, callCount: number): Promise<Round> {
  const { load, ours, bare, crud } = servers;
  const calls = await ours.call('openCalls', callCount);
  if (servers.crudPort)
    await crud.call(
      'addCalls',
      calls.map((call) => legOf(call.callSessionId)),
    );
  await load.call('prepareCallbacks', calls, CONNECTIONS, mix);
  const profileName = `${servers.crudPort ? '' : 'tokens-'}${mix}`;
  const oursFigures = await profiled(bench, ours, profileName, () => volley(load, ours, servers.oursPort));
  const round = {
    ours: oursFigures,
    bare: await volley(load, bare, servers.barePort),
    crud: servers.crudPort ? await volley(load, crud, servers.crudPort) : null,
  };
  const completed = await ours.call('countCompleted', calls);
  const expected = mix === 'whole-call' ? callCount : 0;
  if (completed !== expected) throw new Error(`${completed} of ${expected} calls ended with all their answers`);
  return round;
}
