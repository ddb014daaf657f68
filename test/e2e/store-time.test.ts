import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../src/composition/system-clock.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { azurite, connectionStringOf } from '../support/azurite.ts';
import { allEntries } from '../support/entries.ts';
import { freePort } from '../support/free-port.ts';
import { startLossyProxy } from '../support/lossy-proxy.ts';
import { isNight } from '../support/night.ts';
import { startRecordingProxy } from '../support/recording-proxy.ts';
import { until } from '../support/until.ts';
import { initiate, type Rig, scriptsOf, startRig, untilEnded } from './rig.ts';

/** So far apart two machines were whose calls were cut off by each other. */
const AHEAD_MS = 56_000;
/** Whole seconds in the storage's `Date`, and what a slow machine takes. */
const NEAR_MS = 5_000;

test('a server whose clock is 56 s ahead dates its calls by the storage, and says that its own clock is wrong', async () => {
  const { connectionString } = await azurite();
  const prefix = `Time${randomUUID().slice(0, 8)}`;
  const env = {
    TABLES_CONNECTION_STRING: connectionString,
    TABLES_PREFIX: prefix,
    CALLBACK_SECRET_KEY: 'the-same-on-all-instances-of-this-test',
    SIMULATOR: 'true',
  };
  const clock = { ...systemClock, now: () => systemClock.now() + AHEAD_MS };
  const startMs = Date.now();
  const rig = await startRig({ people: [{ behaviour: 'busy' }], env, clock });
  try {
    await untilEnded(rig.url, await initiate(rig.url, 'M-1'));
    const entries = await allEntries(rig.server.stores.log);
    assert.ok(entries.length > 4);
    for (const { at, type } of entries) {
      const aheadMs = Date.parse(at) - startMs;
      assert.ok(aheadMs > -NEAR_MS && Date.parse(at) <= Date.now(), `${type} at ${at}`);
    }
    const { problemCounts, clockOffMs, ready } = await rig.server.app.readiness();
    assert.equal([ready, problemCounts.CLOCK_OFF], [true, 1]);
    assert.ok(Math.abs(clockOffMs! - AHEAD_MS) < NEAR_MS);
  } finally {
    await rig.close();
  }
});

/** Every night more calls, so that other moments meet. */
const PEOPLE = isNight ? 40 : 5;
const AT_ONCE = { press: ['one' as const], afterMs: 200, duringPrompt: true };
/** Longer than the grace for another's deadline, and not so long that the prompt is asked anew. */
const HESITATES = { ringMs: 500, reactions: [{ press: ['one' as const], afterMs: 8_000 }, AT_ONCE, AT_ONCE, AT_ONCE] };

/** Two servers on one log whose machines' clocks differ, which are dealt the callbacks in turn. */
async function startApart() {
  const { tablesUrl, queuesUrl } = await azurite();
  const proxies = (url: string) => Promise.all([0, 1].map((seed) => startLossyProxy(new URL(url).origin, { seed })));
  const [tables, queues] = [await proxies(tablesUrl), await proxies(queuesUrl)];
  const people = Array.from({ length: PEOPLE }, () => ({ behaviour: HESITATES }));
  const members = scriptsOf(people);
  const simulator = await startSimulator({ seed: 1, callsPerCallerId: 0, members });
  const ports = [await freePort(), await freePort()];
  let [turn, living] = [0, ports];
  const callbacks = await startRecordingProxy(() => living[turn++ % living.length]!);
  const prefix = `Apart${randomUUID().slice(0, 8)}`;
  const rigs: Rig[] = [];
  for (const [index, aheadMs] of [0, AHEAD_MS].entries()) {
    const connectionString = connectionStringOf({ tables: tables[index]!.url, queues: queues[index]!.url });
    const env = {
      PORT: String(ports[index]),
      PUBLIC_BASE_URL: callbacks.url,
      TABLES_CONNECTION_STRING: connectionString,
      TABLES_PREFIX: prefix,
      QUEUE_CONNECTION_STRING: connectionString,
      QUEUE_PREFIX: prefix.toLowerCase(),
      CALLBACK_SECRET_KEY: 'the-same-on-all-instances-of-this-test',
      ...simulator.settings,
    };
    const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
    rigs.push(await startRig({ people, outside: simulator, env, clock }));
  }
  // Each says that it is where the provider calls back.
  const [right, ahead] = rigs.map((rig, index) => ({ ...rig, url: `http://127.0.0.1:${ports[index]}` })) as [Rig, Rig];
  return {
    right,
    ahead,
    simulator,
    /** It dials nobody: it does not reach the row of places. */
    holdUp: (rig: Rig): void => tables[[right, ahead].indexOf(rig)]!.plan(Array(10_000).fill('reset'), /Dialling/),
    /** Messages that it has left so far. */
    messages: (rig: Rig): number => {
      const { requests } = queues[[right, ahead].indexOf(rig)]!.counts();
      return Object.entries(requests).reduce((sum, [kind, count]) => sum + (kind.startsWith('POST') ? count : 0), 0);
    },
    /** It reaches its storage no more, and nobody reaches it: as good as dead. */
    cutOff(rig: Rig): void {
      const index = [right, ahead].indexOf(rig);
      tables[index]!.plan([]);
      for (const proxy of [tables[index]!, queues[index]!]) proxy.setFaults({ reset: 1 });
      living = ports.filter((port) => port !== ports[index]);
    },
    async close() {
      for (const proxy of [...tables, ...queues]) {
        proxy.plan([]);
        proxy.setFaults({});
      }
      await Promise.all(rigs.map((rig) => rig.close()));
      await Promise.all([...tables, ...queues, callbacks, simulator].map((part) => part.close()));
    },
  };
}

const END = 'Microsoft.Communication.CallDisconnected';

const typesOf = async ({ server }: Rig, id: string): Promise<string[]> =>
  (await server.stores.log.read(id)).map(({ type }) => type);

test('two servers whose clocks are 56 s apart cut no prompt of each other off, and repeat none', async () => {
  const { right, ahead, simulator, close } = await startApart();
  try {
    const ids = await Promise.all(
      right.members.map(({ memberId }, index) => initiate((index % 2 === 0 ? right : ahead).url, memberId)),
    );
    const isOver = async (id: string): Promise<boolean> => (await typesOf(right, id)).includes(END);
    await until('every call has ended', async () => (await Promise.all(ids.map(isOver))).every(Boolean), 500);
    for (const id of ids) {
      const types = await typesOf(right, id);
      const deadlines = types.filter((type) => type === 'DeadlinePassed').length;
      // One of them is its turn to be dialled.
      assert.equal([deadlines, types.includes('CheckCall')], [1, false], types.join());
    }
    const asked = simulator.calls().map(({ recognizes }) => recognizes);
    assert.equal([...new Set(asked)], [4], 'is somebody there, and three questions');
  } finally {
    await close();
  }
});

test('a server that is gone leaves its calls to the other: at once when a callback comes, within 25 s when none does', async () => {
  const { right, ahead, holdUp, messages, cutOff, close } = await startApart();
  try {
    const answered = await initiate(ahead.url, 'M-1');
    await until('the first prompt is asked', async () => (await typesOf(right, answered)).includes('AskQuestion'));
    holdUp(ahead);
    const waiting = await initiate(ahead.url, 'M-2');
    assert.not.ok((await typesOf(right, waiting)).includes('PlaceCall'));
    await until('both calls have left word', () => messages(ahead) >= 2);
    cutOff(ahead);
    for (const id of [answered, waiting])
      await until('the call has ended', async () => (await typesOf(right, id)).includes(END), 500);
    const types = await typesOf(right, answered);
    assert.is(types.filter((type) => type === 'AskQuestion').length, 4, types.join());
    assert.not.ok(types.includes('CheckCall'), types.join());
    const entries = await right.server.stores.log.read(waiting);
    const at = (type: string): number => Date.parse(entries.find((entry) => entry.type === type)?.at ?? '');
    assert.ok(at('PlaceCall') - at('InitiateCall') <= 25_000 + NEAR_MS);
  } finally {
    await close();
  }
});

test.run();
