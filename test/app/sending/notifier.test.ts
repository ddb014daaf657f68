import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallRows, NoticeLedger, ReadStore } from '../../../projections/ports.ts';
import { openSqliteReadStore } from '../../../projections/sqlite/read-store.ts';
import { createTopicPublisher } from '../../../src/adapters/topic/publisher.ts';
import type { NoticePublisher } from '../../../src/app/ports.ts';
import { createNotifier, type Notifier } from '../../../src/app/sending/notifier.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { callId, rows } from '../../projections/samples.ts';
import { journalInto } from '../../support/journal.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';
import { START, type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

type Line = { readonly level: string; readonly code: unknown };

type Rig = {
  store: ReadStore;
  simulator: Simulator;
  publisher: NoticePublisher;
  clock: VirtualClock;
  journal: Line[];
  notifiers: Notifier[];
  remove(): Promise<void>;
};

const HOUR = 3_600_000;
const test = suite<Rig>('telling the outside of calls');

test.before.each(async (rig) => {
  const { file, remove } = await tempDir('rows');
  rig.store = openSqliteReadStore(file('read-models.db'));
  rig.simulator = await startSimulator({ seed: 3 });
  const { topicKey: key } = rig.simulator;
  rig.publisher = createTopicPublisher({ endpoint: rig.simulator.topicEndpoint('notices'), key });
  rig.clock = virtualClock();
  rig.journal = [];
  rig.notifiers = [];
  rig.remove = remove;
});
test.after.each(async ({ store, simulator, notifiers, remove }) => {
  for (const notifier of notifiers) await notifier.close();
  await simulator.close();
  await store.close();
  await remove();
});

function start(rig: Rig, changes: { ledger?: NoticeLedger; publisher?: NoticePublisher } = {}): Notifier {
  const journal = journalInto(rig.journal, ({ level, fields }) => ({ level, code: fields['code'] }));
  const { store, publisher, clock } = rig;
  const notifier = createNotifier({ ledger: store.notices, publisher, clock, journal, ...changes });
  notifier.start();
  rig.notifiers.push(notifier);
  return notifier;
}

/** Rows of a call, last changed `ageMs` before the clock's start. */
function call(n: number, version: number, session: Partial<CallRows['session']>, answers = {}, ageMs = 0): CallRows {
  return rows(n, { version, updatedAt: new Date(START - ageMs).toISOString(), ...session }, answers);
}

const ENDED = { status: 'Disconnected', disposition: 'completed' } as const;

function told({ simulator }: Rig): string[] {
  return simulator.topicEvents('notices').map(({ event }) => String(event['id']));
}

test('what the rows show is told a little after they are written, answers before the end', async (rig) => {
  const notifier = start(rig);
  await rig.clock.advance(1_000);
  await rig.store.write([call(1, 9, ENDED, { 1: '1', 2: '2' })]);
  notifier.poke();
  await rig.clock.advance(1_000);
  await until('three notices', () => told(rig).length === 3);
  assert.match(told(rig)[0]!, `${callId(1)}-1@`);
  assert.match(told(rig)[1]!, `${callId(1)}-2@`);
  assert.is(told(rig)[2], `${callId(1)}-ended-completed`);
});

test('a call that changes is told what is new, and nothing twice', async (rig) => {
  const notifier = start(rig);
  await rig.store.write([call(1, 5, {}, { 1: '1' })]);
  await rig.clock.advance(1_000);
  await until('the first answer', () => told(rig).length === 1);
  await until('its mark', async () => (await due(rig)) === 0);
  await rig.store.write([call(1, 8, ENDED, { 1: '1', 2: '3' })]);
  notifier.poke();
  await rig.clock.advance(1_000);
  await until('the rest', () => told(rig).length === 3);
  await until('its mark', async () => (await due(rig)) === 0);
  assert.is(new Set(told(rig)).size, 3);
});

async function due({ store }: Rig): Promise<number> {
  return (await store.notices.due(new Date(0).toISOString(), 1_000)).length;
}

test('what another instance wrote and did not tell is found within a minute', async (rig) => {
  start(rig);
  await rig.clock.advance(1_000);
  await rig.store.write([call(1, 9, ENDED)]);
  await rig.clock.advance(60_000);
  await until('the notice', () => told(rig).length === 1);
});

test('while the topic is away there is trouble, noted once; when it is back everything is told', async (rig) => {
  rig.simulator.setFaults({ topicErrorRate: 1, topicErrorStatus: 401 });
  const notifier = start(rig);
  await rig.store.write([call(1, 9, ENDED, { 1: '1' })]);
  await rig.clock.advance(250);
  await until('trouble', () => notifier.trouble() === 'NOTICE_REFUSED');
  for (let round = 0; round < 3; round += 1) await retried(rig, notifier);
  assert.equal(rig.journal, [{ level: 'warn', code: 'NOTICE_REFUSED' }]);
  rig.simulator.setFaults({ topicErrorRate: 0 });
  await retried(rig, notifier);
  await until('no trouble', () => notifier.trouble() === null);
  assert.is(told(rig).length, 2);
  assert.is(rig.journal.at(-1)?.level, 'info');
});

/** Lets the notifier try again, whatever the pause that it is in, and waits until it has planned what comes next. */
async function retried({ clock }: Rig, notifier: Notifier): Promise<void> {
  notifier.poke();
  await clock.advance(60_000);
  await until('the next alarm', () => clock.alarms() === 1);
}

test('a topic that is away is left alone longer each time, up to a minute', async (rig) => {
  let tries = 0;
  const publish = async (): Promise<void> => {
    tries += 1;
    throw Object.assign(new Error('away'), { code: 'LOG_UNAVAILABLE' });
  };
  const notifier = start(rig, { publisher: { publish } });
  await rig.store.write([call(1, 9, ENDED)]);
  await rig.clock.advance(250);
  for (const [index, pauseMs] of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000].entries()) {
    notifier.poke();
    await rig.clock.advance(pauseMs - 1);
    assert.is(tries, index + 1, `not before ${pauseMs} ms`);
    await rig.clock.advance(1);
    assert.is(tries, index + 2, `after ${pauseMs} ms`);
  }
});

test('a process that dies between telling and marking tells again, under the same ids', async (rig) => {
  const dies: NoticeLedger = { ...rig.store.notices, mark: () => new Promise(() => {}) };
  start(rig, { ledger: dies });
  // Nobody closes what has died.
  rig.notifiers.length = 0;
  await rig.store.write([call(1, 9, ENDED, { 1: '1' })]);
  await rig.clock.advance(1_000);
  await until('the first time', () => told(rig).length === 2);

  start(rig);
  await rig.clock.advance(1_000);
  await until('the second time', () => told(rig).length === 4);
  const [first, second] = [told(rig).slice(0, 2), told(rig).slice(2)];
  assert.equal(second, first);
  await until('the mark', async () => (await due(rig)) === 0);
});

test('a lost answer of the topic makes repetitions with the same ids, and no loss', async (rig) => {
  rig.simulator.setFaults({ topicLoseAnswerRate: 1, topicFaultsMax: 1 });
  start(rig);
  await rig.store.write([call(1, 9, ENDED, { 1: '1' })]);
  await rig.clock.advance(1_000);
  await until('the mark', async () => (await due(rig)) === 0);
  assert.is(told(rig).length, 4);
  assert.is(new Set(told(rig)).size, 2);
});

test('read models that cannot be asked are trouble too', async (rig) => {
  const error = Object.assign(new Error('no disk'), { code: 'READ_STORE_UNAVAILABLE' });
  const notifier = start(rig, { ledger: { ...rig.store.notices, due: () => Promise.reject(error) } });
  await rig.clock.advance(1_000);
  assert.is(notifier.trouble(), 'READ_STORE_UNAVAILABLE');
});

test('a topic that is away for days loses nothing', async (rig) => {
  rig.simulator.setFaults({ topicErrorRate: 1, topicErrorStatus: 401 });
  const notifier = start(rig);
  await rig.store.write([call(1, 9, ENDED)]);
  await rig.clock.advance(250);
  await until('trouble', () => notifier.trouble() !== null);
  await until('the next alarm', () => rig.clock.alarms() === 1);
  rig.clock.jump(72 * HOUR);
  await retried(rig, notifier);
  rig.simulator.setFaults({ topicErrorRate: 0 });
  await retried(rig, notifier);
  await until('the notice', () => told(rig).length === 1);
});

test('calls that ended before any call of today began are not told', async (rig) => {
  await rig.store.write([call(1, 9, ENDED, {}, 32 * HOUR), call(2, 9, ENDED, {}, 30 * HOUR)]);
  start(rig);
  await rig.clock.advance(1_000);
  await until('the younger one', () => told(rig).length === 1);
  assert.equal(told(rig), [`${callId(2)}-ended-completed`]);
});

test('a clock that is set forward by days makes nothing too old to be told', async (rig) => {
  const notifier = start(rig);
  await rig.store.write([call(1, 9, ENDED)]);
  rig.clock.jump(40 * 24 * HOUR);
  notifier.poke();
  await rig.clock.advance(1_000);
  await until('the notice', () => told(rig).length === 1);
});

test('many calls are told in batches of bounded size, each once', async (rig) => {
  const sizes: number[] = [];
  const publisher: NoticePublisher = {
    publish(notices) {
      sizes.push(notices.length);
      return rig.publisher.publish(notices);
    },
  };
  const answers = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [index + 1, '1']));
  const calls = Array.from({ length: 230 }, (_, n) => call(n, 9, ENDED, answers));
  await rig.store.write(calls);
  start(rig, { publisher });
  await rig.clock.advance(1_000);
  await until('all', async () => (await due(rig)) === 0);
  assert.is(told(rig).length, 230 * 8);
  assert.is(new Set(told(rig)).size, 230 * 8);
  assert.ok(sizes.every((size) => size <= 500));
});

test('pokes that come thick and fast make few requests', async (rig) => {
  let asked = 0;
  const ledger: NoticeLedger = {
    ...rig.store.notices,
    due(since, limit) {
      asked += 1;
      return rig.store.notices.due(since, limit);
    },
  };
  const notifier = start(rig, { ledger });
  for (let poke = 0; poke < 50; poke += 1) {
    notifier.poke();
    await rig.clock.advance(10);
  }
  assert.ok(asked >= 1 && asked <= 3, `asked ${asked} times`);
});

test('closing tells what is left, and sets no alarm', async (rig) => {
  const notifier = start(rig);
  await rig.store.write([call(1, 9, ENDED)]);
  await notifier.close();
  assert.is(told(rig).length, 1);
  assert.is(rig.clock.alarms(), 0);
});

test('closing in trouble asks nobody', async (rig) => {
  rig.simulator.setFaults({ topicErrorRate: 1, topicErrorStatus: 401 });
  const notifier = start(rig);
  await rig.store.write([call(1, 9, ENDED)]);
  await rig.clock.advance(250);
  await until('trouble', () => notifier.trouble() !== null);
  rig.simulator.setFaults({ topicErrorRate: 0 });
  await notifier.close();
  assert.equal(told(rig), []);
});

test('no number and no answer is told', async (rig) => {
  start(rig);
  await rig.store.write([call(1, 9, { ...ENDED, memberId: 'member-canary' }, { 1: 'answer-canary' })]);
  await rig.clock.advance(1_000);
  await until('two notices', () => told(rig).length === 2);
  assert.not.match(JSON.stringify(rig.simulator.topicEvents()), 'canary');
});

test('after a part of the ledger was lost nobody is told again of old answers, and of new ones they are', async (rig) => {
  const before = call(1, 5, {}, { 1: '1' });
  const [answer] = before.responses;
  const toldBefore = new Date(Date.parse(answer!.recordedAt) + 1).toISOString();
  const later = { ...answer!, questionNumber: 2, responseId: `${callId(1)}-2`, recordedAt: toldBefore };
  const due = [{ rows: { ...before, responses: [answer!, later] }, published: [], toldBefore }];
  const marks: unknown[] = [];
  const ledger: NoticeLedger = { due: async () => due.splice(0), mark: async (all) => void marks.push(...all) };
  start(rig, { ledger });
  await rig.clock.advance(1_000);
  await until('it is marked', () => marks.length === 1);
  assert.equal(told(rig), [`${callId(1)}-2@${toldBefore}`]);
  assert.equal((marks[0] as { published: string[] }).published.length, 2);
});

test.run();
