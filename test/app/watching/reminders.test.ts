import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { JournalFields, WakeUps } from '../../../src/app/ports.ts';
import { createQuestionnaires } from '../../../src/app/recording/questionnaires.ts';
import { createRecorder, type Recorder } from '../../../src/app/recording/recorder.ts';
import { createReminders, type Reminders } from '../../../src/app/watching/reminders.ts';
import { randomIds } from '../../../src/composition/ids.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import type { CallState } from '../../../src/domain/call/call.ts';
import { TIMING } from '../../../src/domain/call/timing.ts';
import { type CallEventLog, LogError } from '../../../src/log/port.ts';
import { openQueuesRig, type QueuesRig } from '../../adapters/queues/rig.ts';
import { QUESTIONNAIRE } from '../../support/application.ts';
import { callback } from '../../support/callbacks.ts';
import { journalInto } from '../../support/journal.ts';
import { until } from '../../support/until.ts';
import { START, type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';
import { initiateInput } from '../samples.ts';

const CALL = '019aab00-0000-7000-8000-000000000001';
const UNKNOWN = '019aab00-0000-7000-8000-00000000000f';
const GRACE_MS = 5_000;

let rig: Rig;
let account: QueuesRig;
let clock: VirtualClock;
let unreadable: boolean;
let recorder: Recorder;
let reminders: Reminders;
/** Calls that are watched over here, and for how long it is until something is done. */
let known: Map<string, number>;
let reads: number;
let takenUp: string[];
/** How long each message was to stay away. Here all come back at once, as the service's time cannot be moved. */
let delays: number[];
let journal: { readonly level: string; readonly fields: JournalFields }[];

test.before.each(async () => {
  [rig, account, clock] = [await openRig(), await openQueuesRig(), virtualClock()];
  unreadable = false;
  // Makes the queues.
  await account.open().check();
  const log: CallEventLog = {
    ...rig.stores.log,
    async read(stream, from) {
      reads += 1;
      if (unreadable) throw new LogError('LOG_UNAVAILABLE', 'the disk is gone');
      return rig.stores.log.read(stream, from);
    },
  };
  [known, takenUp, delays, journal] = [new Map(), [], [], []];
  const script = await createQuestionnaires(log).publish(QUESTIONNAIRE, new Date(START));
  recorder = createRecorder({
    log,
    clock,
    timing: TIMING,
    providers: PROVIDERS,
    freshId: randomIds.uuid,
    questionnaire: async () => script,
  });
  recorder.follow([
    {
      recorded: (state, entries) => reminders.recorded(state, entries),
      takenUp({ callSessionId }) {
        takenUp.push(callSessionId);
        known.set(callSessionId, 0);
      },
    },
  ]);
  reminders = listening(impatient(account.open().wakeUps));
});
test.after.each(async () => {
  await reminders.close();
  await account.close();
  await rig.close();
});

function listening(wakeUps: WakeUps): Reminders {
  const created = createReminders({
    wakeUps,
    recorder,
    watchedMs: (call) => known.get(call) ?? null,
    clock,
    journal: journalInto(journal, ({ level, fields }) => ({ level, fields })),
  });
  created.start();
  return created;
}

/** Which notes how long messages are put off. */
function noting(wakeUps: WakeUps): WakeUps {
  return {
    ...wakeUps,
    putOff(handle, delayMs) {
      delays.push(delayMs);
      return wakeUps.putOff(handle, delayMs);
    },
  };
}

function impatient(wakeUps: WakeUps): WakeUps {
  return {
    ...wakeUps,
    send(call, delayMs) {
      delays.push(delayMs);
      return wakeUps.send(call, 0);
    },
    hide(wakeUp, delayMs, visits) {
      delays.push(delayMs);
      return wakeUps.hide(wakeUp, 0, visits);
    },
    // On a slow machine its turn comes before the message does.
    putOff: (handle) => wakeUps.putOff(handle, 0),
  };
}

async function initiate(): Promise<CallState> {
  const input = initiateInput(QUESTIONNAIRE, new Date(clock.now()).toISOString());
  return (await recorder.record(CALL, input)).state!;
}

/** Listens until so many delays were given in all. */
const delayed = (count: number) =>
  until(`${count} delays`, async () => {
    if (delays.length >= count) return true;
    await clock.advance(1_000);
    return false;
  });

const held = async () =>
  (await account.service.getQueueClient(account.names.calls).getProperties()).approximateMessagesCount;

test('one message follows a call that was begun here, to come some seconds after its deadline', async () => {
  const state = await initiate();
  const dueMs = Date.parse(state.deadline!.at) - Date.parse(state.updatedAt);
  assert.equal(delays, [dueMs + GRACE_MS]);
  const { type: eventType, ...event } = callback('CallConnected', { callConnectionId: 'connection-1' });
  await recorder.record(CALL, { type: 'Callback', at: state.updatedAt, eventType, ...event });
  assert.is(delays.length, 1);
});

test('a message that comes early is put off until the deadline, and nobody takes the call up', async () => {
  const state = await initiate();
  const dueMs = Date.parse(state.deadline!.at) + GRACE_MS - clock.now();
  await delayed(2);
  assert.ok(delays[1]! <= dueMs && delays[1]! > dueMs - 30_000 && delays[1]! > 0);
  assert.equal(takenUp, []);
});

test('a call whose deadline has passed is taken up, unless it is looked after here already', async () => {
  await initiate();
  await clock.advance(60_000);
  await until('it is taken up', async () => {
    await clock.advance(1_000);
    return takenUp.length > 0;
  });
  await delayed(delays.length + 3);
  assert.equal(takenUp, [CALL]);
});

test('a call that is watched over here is not read, and its message comes back soon, or once this instance should have acted', async () => {
  await initiate();
  known.set(CALL, 7_000);
  [unreadable, reads] = [true, 0];
  await delayed(2);
  known.set(CALL, 600_000);
  await delayed(3);
  assert.equal([delays.slice(1), reads], [[7_000 + GRACE_MS, 60_000], 0]);
});

test('the message of a call that is watched over here is put off before it is seen, and taken back in the end', async () => {
  await reminders.close();
  reminders = listening(noting(account.open().wakeUps));
  const state = await initiate();
  [known, reads] = [new Map([[CALL, 0]]), 0];
  await clock.advance(Date.parse(state.deadline!.at) - clock.now() + GRACE_MS - 1_000);
  await until('it is put off', () => delays.length === 1);
  known.set(CALL, 40_000);
  await clock.advance(29_000);
  await until('it is put off again', () => delays.length === 2);
  assert.equal(delays, [30_000, 40_000 + GRACE_MS]);
  assert.is(await held(), 1);
  reminders.recorded({ ...state, deadline: null }, []);
  await until('it is gone', async () => (await held()) === 0);
  assert.is(reads, 0);
});

const NO_LONGER: Readonly<Record<string, () => void>> = {
  'has been let go': () => reminders.letGo(CALL),
  'is watched over here no longer': () => void known.delete(CALL),
  'is left to others as this instance stops': () => reminders.stop(),
};

for (const [what, happens] of Object.entries(NO_LONGER)) {
  test(`the message of a call that ${what} comes to whoever is up`, async () => {
    await reminders.close();
    reminders = listening(noting(account.open().wakeUps));
    await initiate();
    known.set(CALL, 0);
    await until('it is left', async () => (await held()) === 1);
    happens();
    await clock.advance(600_000);
    assert.equal([delays, await held()], [[], 1]);
  });
}

test('a call that waits long is visited ever less often', async () => {
  await initiate();
  known.set(CALL, 0);
  await clock.advance(60_000);
  await delayed(9);
  const visits = delays.slice(1);
  for (const [index, delay] of visits.entries()) assert.ok(delay >= (visits[index - 1] ?? 0), String(visits));
  assert.is(visits.at(-1), 600_000);
});

test('a call that the log does not know is for operators after some tries, and they are told once', async () => {
  await account.open().wakeUps.send(UNKNOWN, 0);
  await until('it is set aside', async () => {
    await clock.advance(1_000);
    return journal.length > 0;
  });
  assert.equal(journal, [{ level: 'error', fields: { call: UNKNOWN, code: 'WAKE_UP_UNKNOWN_CALL' } }]);
  assert.equal(delays, [30_000, 60_000, 120_000, 240_000, 480_000]);
  assert.is(await held(), 0);
});

test('a log that cannot be read puts a message off, ever longer, and it is never set aside', async () => {
  await initiate();
  unreadable = true;
  await delayed(9);
  assert.equal(delays.slice(1, 7), [30_000, 60_000, 120_000, 240_000, 480_000, 600_000]);
  unreadable = false;
  await until('it is taken up', async () => {
    await clock.advance(1_000);
    return takenUp.length > 0;
  });
  assert.equal([await held(), journal], [1, []]);
});

test('a message that cannot be read is set aside at once', async () => {
  await initiate();
  await account.service.getQueueClient(account.names.calls).sendMessage('nonsense');
  await until('it is set aside', async () => {
    await clock.advance(1_000);
    return journal.length > 0;
  });
  assert.equal(journal, [{ level: 'error', fields: { call: null, code: 'WAKE_UP_UNREADABLE' } }]);
  assert.is(await held(), 1);
});

test('a call found long overdue is left word of again, once', async () => {
  const state = await initiate();
  await reminders.close();
  await account.service.getQueueClient(account.names.calls).clearMessages();
  reminders = listening(impatient(account.open().wakeUps));
  delays = [];
  reminders.takenUp(state, 0);
  assert.equal(delays, [], 'it is not due');
  await clock.advance(120_000);
  reminders.takenUp(state, 0);
  reminders.takenUp(state, 0);
  assert.is(delays.filter((delay) => delay === GRACE_MS).length, 1);
});

test('what could not be sent is sent when the queue is back; the trouble is told once, and is over then', async () => {
  await reminders.close();
  const real = account.open().wakeUps;
  const lost = async (): Promise<never> => {
    throw Object.assign(new Error('the queue is away'), { code: 'QUEUE_UNAVAILABLE' });
  };
  let away = true;
  reminders = listening({
    ...real,
    send: (...asked) => (away ? lost() : real.send(...asked)),
    receive: () => (away ? lost() : real.receive()),
  });
  await initiate();
  for (let second = 0; second < 30; second += 1) await clock.advance(1_000);
  assert.equal(journal, [{ level: 'warn', fields: { code: 'QUEUE_UNAVAILABLE' } }]);
  assert.match(reminders.problem() ?? '', 'QUEUE_UNAVAILABLE');
  away = false;
  await until('the message', async () => {
    await clock.advance(1_000);
    return (await held()) === 1;
  });
  assert.is(reminders.problem(), null);
});

test.run();
