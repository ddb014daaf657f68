import { join } from 'node:path';
import { legOf } from '../load/mix.ts';
import { profiled } from '../profiled.ts';
import { type BenchContext, compare, type Pair, type Row, type RowResult } from '../row.ts';
import type { BareRouteWorker } from '../workers/bare-route.ts';
import type { CrudWorker } from '../workers/crud.ts';
import type { EmbeddedWorker } from '../workers/embedded.ts';
import type { LoadWorker } from '../workers/load.ts';
import { rateOf } from './rate.ts';

/** As many as one of Microsoft's regions may well keep open to one receiver; the simulator keeps at most 128. */
const CONNECTIONS = 64;
const WARM_UP_CALLS = 512;

const MIX =
  'mix: the nine callbacks of a call with all answers, six of which move it; per callback 1.67 appends and 2.33 entries';

/** Rows 1 and 3: taking callbacks in, against a bare route and against the usual design. */
export const ingest: Row = {
  name: 'ingest',
  title: 'callbacks durably acknowledged per second, no token check',
  async run(bench) {
    const results = await measure(bench, { tokens: false, crud: true });
    const { bare, crud, notes } = results;
    return {
      measures: [
        compare('against a bare Fastify route', 'callbacks/s', bare, { at: 'least', value: 0.6 }),
        compare('against in-memory dedupe + one UPDATE each', 'callbacks/s', crud, { at: 'least', value: 3 }),
      ],
      notes: [MIX, 'the verifier of the server says ok to every token; telephony accepts at once', ...notes],
    };
  },
};

/** Row 2: the same with the provider's token checked on both sides. */
export const ingestTokens: Row = {
  name: 'ingest-tokens',
  title: 'callbacks durably acknowledged per second, tokens checked',
  async run(bench) {
    const { bare, notes } = await measure(bench, { tokens: true, crud: false });
    const goal = { at: 'least', value: 0.7 } as const;
    return {
      measures: [compare('against a bare Fastify route with jose', 'callbacks/s', bare, goal)],
      notes: [MIX, 'RS256 is checked on both sides; telephony accepts at once', ...notes],
    };
  },
};

type Sides = { readonly tokens: boolean; readonly crud: boolean };
type Measured = { readonly bare: readonly Pair[]; readonly crud: readonly Pair[]; readonly notes: RowResult['notes'] };

async function measure(bench: BenchContext, sides: Sides): Promise<Measured> {
  const load = bench.start<LoadWorker>('load');
  const ours = bench.start<EmbeddedWorker>('embedded');
  const bareRoute = bench.start<BareRouteWorker>('bare-route');
  const usual = bench.start<CrudWorker>('crud');
  const published = await load.call('mintTokens');
  const tokenCheck = sides.tokens ? published : null;
  const oursPort = await ours.call('start', await bench.tempDir(), tokenCheck);
  const barePort = await bareRoute.call('start', tokenCheck);
  const usualPort = sides.crud ? await usual.call('start', join(await bench.tempDir(), 'crud.db')) : null;
  const bare: Pair[] = [];
  const crud: Pair[] = [];
  let lost = 0;

  const round = async (callCount: number): Promise<[ours: number, bare: number, usual: number]> => {
    const calls = await ours.call('openCalls', callCount);
    if (usualPort)
      await usual.call(
        'addCalls',
        calls.map((call) => legOf(call.callSessionId)),
      );
    await load.call('prepareCallbacks', calls, CONNECTIONS);
    const sent = await profiled(bench, ours, 'ingest', () => load.call('send', oursPort));
    const rates = [sent, await load.call('send', barePort)].map(rateOf);
    rates.push(usualPort ? rateOf(await load.call('send', usualPort)) : 0);
    lost += callCount - (await ours.call('countCompleted', calls));
    return [rates[0]!, rates[1]!, rates[2]!];
  };

  await round(WARM_UP_CALLS);
  for (let index = 1; index <= bench.rounds; index += 1) {
    bench.progress(`round ${index} of ${bench.rounds}`);
    const [rate, bareRate, usualRate] = await round(bench.quick ? 1_024 : 2_048);
    bare.push({ ours: rate, baseline: bareRate });
    crud.push({ ours: rate, baseline: usualRate });
  }
  await Promise.all([load, ours, bareRoute, usual].map((worker) => worker.stop()));
  if (lost > 0) throw new Error(`${lost} calls did not end with all their answers: the mix is not what it says`);
  return { bare, crud, notes: [`${CONNECTIONS} connections; every call of every round ended with its three answers`] };
}
