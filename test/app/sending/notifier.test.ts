import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallRows, NoticeLedger, ReadStore } from '../../../projections/ports.ts';
import { openSqliteReadStore } from '../../../projections/sqlite/read-store.ts';
import { createTopicPublisher } from '../../../src/adapters/topic/publisher.ts';
import type { NoticePublisher } from '../../../src/app/ports.ts';
import { createNotifier, type Notifier } from '../../../src/app/sending/notifier.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { callId, directory, rows } from '../../projections/samples.ts';
import { START, type TestClock, testClock } from '../../support/virtual-time.ts';
import { until } from '../fixtures.ts';

type Line = { readonly level: string; readonly code: unknown };

type Bench = {
  store: ReadStore;
  simulator: Simulator;
  publisher: NoticePublisher;
  clock: TestClock;
  journal: Line[];
  notifiers: Notifier[];
  cleanup(): Promise<void>;
};

const HOUR = 3_600_000;
const test = suite<Bench>('telling the outside of calls');

test.before.each(async (bench) => {
  const { file, cleanup } = await directory();
  bench.store = openSqliteReadStore(file('read-models.db'));
  bench.simulator = await startSimulator({ seed: 3 });
  const { topicKey: key } = bench.simulator;
  bench.publisher = createTopicPublisher({ endpoint: bench.simulator.topicEndpoint('notices'), key });
  bench.clock = testClock();
  bench.journal = [];
  bench.notifiers = [];
  bench.cleanup = cleanup;
});
test.after.each(async ({ store, simulator, notifiers, cleanup }) => {
  for (const notifier of notifiers) await notifier.close();
  await simulator.close();
  await store.close();
  await cleanup();
});

function start(bench: Bench, changes: { ledger?: NoticeLedger; publisher?: NoticePublisher } = {}): Notifier {
  const write = (level: string) => (fields: { code?: unknown }) =>
    void bench.journal.push({ level, code: fields.code });
  const journal = { info: write('info'), warn: write('warn'), error: write('error') };
  const { store, publisher, clock } = bench;
  const notifier = createNotifier({ ledger: store.notices, publisher, clock, journal, ...changes });
  notifier.start();
  bench.notifiers.push(notifier);
  return notifier;
}

/** Rows of a call, last changed `ageMs` before the clock's start. */
function call(n: number, version: number, session: Partial<CallRows['session']>, answers = {}, ageMs = 0): CallRows {
  return rows(n, { version, updatedAt: new Date(START - ageMs).toISOString(), ...session }, answers);
}

const ENDED = { status: 'Disconnected', disposition: 'completed' } as const;

function told({ simulator }: Bench): string[] {
  return simulator.topicEvents('notices').map(({ event }) => String(event['id']));
}

test('what the rows show is told a little after they are written, answers before the end', async (bench) => {
  const notifier = start(bench);
  await bench.clock.advance(1_000);
  await bench.store.write([call(1, 9, ENDED, { 1: '1', 2: '2' })]);
  notifier.poke();
  await bench.clock.advance(1_000);
  await until('three notices', () => told(bench).length === 3);
  assert.match(told(bench)[0]!, `${callId(1)}-1@`);
  assert.match(told(bench)[1]!, `${callId(1)}-2@`);
  assert.is(told(bench)[2], `${callId(1)}-ended-completed`);
});

test('a call that changes is told what is new, and nothing twice', async (bench) => {
  const notifier = start(bench);
  await bench.store.write([call(1, 5, {}, { 1: '1' })]);
  await bench.clock.advance(1_000);
  await until('the first answer', () => told(bench).length === 1);
  await until('its mark', async () => (await due(bench)) === 0);
  await bench.store.write([call(1, 8, ENDED, { 1: '1', 2: '3' })]);
  notifier.poke();
  await bench.clock.advance(1_000);
  await until('the rest', () => told(bench).length === 3);
  await until('its mark', async () => (await due(bench)) === 0);
  assert.is(new Set(told(bench)).size, 3);
});

async function due({ store }: Bench): Promise<number> {
  return (await store.notices.due(new Date(0).toISOString(), 1_000)).length;
}

test('what another instance wrote and did not tell is found within a minute', async (bench) => {
  start(bench);
  await bench.clock.advance(1_000);
  await bench.store.write([call(1, 9, ENDED)]);
  await bench.clock.advance(60_000);
  await until('the notice', () => told(bench).length === 1);
});

test('while the topic is away there is trouble, noted once; when it is back everything is told', async (bench) => {
  bench.simulator.setFaults({ topicErrorRate: 1, topicErrorStatus: 401 });
  const notifier = start(bench);
  await bench.store.write([call(1, 9, ENDED, { 1: '1' })]);
  await bench.clock.advance(250);
  await until('trouble', () => notifier.trouble() === 'NOTICE_REFUSED');
  for (let round = 0; round < 3; round += 1) await retried(bench, notifier);
  assert.equal(bench.journal, [{ level: 'warn', code: 'NOTICE_REFUSED' }]);
  bench.simulator.setFaults({ topicErrorRate: 0 });
  await retried(bench, notifier);
  await until('no trouble', () => notifier.trouble() === null);
  assert.is(told(bench).length, 2);
  assert.is(bench.journal.at(-1)?.level, 'info');
});

/** Lets the notifier try again, whatever the pause that it is in, and waits until it has planned what comes next. */
async function retried({ clock }: Bench, notifier: Notifier): Promise<void> {
  notifier.poke();
  await clock.advance(60_000);
  await until('the next alarm', () => clock.alarms() === 1);
}

test('a topic that is away is left alone longer each time, up to a minute', async (bench) => {
  let tries = 0;
  const publish = async (): Promise<void> => {
    tries += 1;
    throw Object.assign(new Error('away'), { code: 'LOG_UNAVAILABLE' });
  };
  const notifier = start(bench, { publisher: { publish } });
  await bench.store.write([call(1, 9, ENDED)]);
  await bench.clock.advance(250);
  for (const [index, pauseMs] of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000].entries()) {
    notifier.poke();
    await bench.clock.advance(pauseMs - 1);
    assert.is(tries, index + 1, `not before ${pauseMs} ms`);
    await bench.clock.advance(1);
    assert.is(tries, index + 2, `after ${pauseMs} ms`);
  }
});

test('a process that dies between telling and marking tells again, under the same ids', async (bench) => {
  const dies: NoticeLedger = { ...bench.store.notices, mark: () => new Promise(() => {}) };
  start(bench, { ledger: dies });
  // Nobody closes what has died.
  bench.notifiers.length = 0;
  await bench.store.write([call(1, 9, ENDED, { 1: '1' })]);
  await bench.clock.advance(1_000);
  await until('the first time', () => told(bench).length === 2);

  start(bench);
  await bench.clock.advance(1_000);
  await until('the second time', () => told(bench).length === 4);
  const [first, second] = [told(bench).slice(0, 2), told(bench).slice(2)];
  assert.equal(second, first);
  await until('the mark', async () => (await due(bench)) === 0);
});

test('a lost answer of the topic makes repetitions with the same ids, and no loss', async (bench) => {
  bench.simulator.setFaults({ topicLoseAnswerRate: 1, topicFaultsMax: 1 });
  start(bench);
  await bench.store.write([call(1, 9, ENDED, { 1: '1' })]);
  await bench.clock.advance(1_000);
  await until('the mark', async () => (await due(bench)) === 0);
  assert.is(told(bench).length, 4);
  assert.is(new Set(told(bench)).size, 2);
});

test('read models that cannot be asked are trouble too', async (bench) => {
  const error = Object.assign(new Error('no disk'), { code: 'READ_STORE_UNAVAILABLE' });
  const notifier = start(bench, { ledger: { ...bench.store.notices, due: () => Promise.reject(error) } });
  await bench.clock.advance(1_000);
  assert.is(notifier.trouble(), 'READ_STORE_UNAVAILABLE');
});

test('a topic that is away for days loses nothing', async (bench) => {
  bench.simulator.setFaults({ topicErrorRate: 1, topicErrorStatus: 401 });
  const notifier = start(bench);
  await bench.store.write([call(1, 9, ENDED)]);
  await bench.clock.advance(250);
  await until('trouble', () => notifier.trouble() !== null);
  await until('the next alarm', () => bench.clock.alarms() === 1);
  bench.clock.jump(72 * HOUR);
  await retried(bench, notifier);
  bench.simulator.setFaults({ topicErrorRate: 0 });
  await retried(bench, notifier);
  await until('the notice', () => told(bench).length === 1);
});

test('calls that ended before any call of today began are not told', async (bench) => {
  await bench.store.write([call(1, 9, ENDED, {}, 32 * HOUR), call(2, 9, ENDED, {}, 30 * HOUR)]);
  start(bench);
  await bench.clock.advance(1_000);
  await until('the younger one', () => told(bench).length === 1);
  assert.equal(told(bench), [`${callId(2)}-ended-completed`]);
});

test('many calls are told in batches of bounded size, each once', async (bench) => {
  const sizes: number[] = [];
  const publisher: NoticePublisher = {
    publish(notices) {
      sizes.push(notices.length);
      return bench.publisher.publish(notices);
    },
  };
  const answers = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [index + 1, '1']));
  const calls = Array.from({ length: 230 }, (_, n) => call(n, 9, ENDED, answers));
  await bench.store.write(calls);
  start(bench, { publisher });
  await bench.clock.advance(1_000);
  await until('all', async () => (await due(bench)) === 0);
  assert.is(told(bench).length, 230 * 8);
  assert.is(new Set(told(bench)).size, 230 * 8);
  assert.ok(sizes.every((size) => size <= 500));
});

test('pokes that come thick and fast make few requests', async (bench) => {
  let asked = 0;
  const ledger: NoticeLedger = {
    ...bench.store.notices,
    due(since, limit) {
      asked += 1;
      return bench.store.notices.due(since, limit);
    },
  };
  const notifier = start(bench, { ledger });
  for (let poke = 0; poke < 50; poke += 1) {
    notifier.poke();
    await bench.clock.advance(10);
  }
  assert.ok(asked >= 1 && asked <= 3, `asked ${asked} times`);
});

test('closing tells what is left, and sets no alarm', async (bench) => {
  const notifier = start(bench);
  await bench.store.write([call(1, 9, ENDED)]);
  await notifier.close();
  assert.is(told(bench).length, 1);
  assert.is(bench.clock.alarms(), 0);
});

test('closing in trouble asks nobody', async (bench) => {
  bench.simulator.setFaults({ topicErrorRate: 1, topicErrorStatus: 401 });
  const notifier = start(bench);
  await bench.store.write([call(1, 9, ENDED)]);
  await bench.clock.advance(250);
  await until('trouble', () => notifier.trouble() !== null);
  bench.simulator.setFaults({ topicErrorRate: 0 });
  await notifier.close();
  assert.equal(told(bench), []);
});

test('no number and no answer is told', async (bench) => {
  start(bench);
  await bench.store.write([call(1, 9, { ...ENDED, memberId: 'member-canary' }, { 1: 'answer-canary' })]);
  await bench.clock.advance(1_000);
  await until('two notices', () => told(bench).length === 2);
  assert.not.match(JSON.stringify(bench.simulator.topicEvents()), 'canary');
});

test.run();
