import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDialLines, type DialLines } from '../../../src/app/dialling/lines.ts';
import type { StillMember } from '../../../src/app/dialling/still-member.ts';
import { createQuestionnaires } from '../../../src/app/recording/questionnaires.ts';
import { createRecorder, type Recorder, type RecorderDeps } from '../../../src/app/recording/recorder.ts';
import { createDeadlines, type Deadlines } from '../../../src/app/watching/deadlines.ts';
import { TAKE_OVER_GRACE_MS } from '../../../src/app/watching/take-over.ts';
import { randomIds } from '../../../src/composition/ids.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import type { CallState } from '../../../src/domain/call/call.ts';
import type { Input } from '../../../src/domain/call/input.ts';
import { callDisposition } from '../../../src/domain/call/summary.ts';
import { TIMING } from '../../../src/domain/call/timing.ts';
import type { PublishedQuestionnaire } from '../../../src/domain/questionnaire/questionnaire.ts';
import { QUESTIONNAIRE, UNPACED } from '../../support/application.ts';
import { type FaultyLog, faultyLog } from '../../support/faulty-log.ts';
import { journalInto } from '../../support/journal.ts';
import { START, type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { dialDeps } from '../dialling/deps.ts';
import { openRig, type Rig } from '../rig.ts';
import { heardInput, initiateInput } from '../samples.ts';

const CALL = '019aab00-0000-7000-8000-000000000001';

let rig: Rig;
let clock: VirtualClock;
let log: FaultyLog;
let recorder: Recorder;
let deadlines: Deadlines;
let dialQueue: DialLines;
let script: PublishedQuestionnaire;
let errors: string[];
/** What is to become of a call whose turn has come. */
let standing: Awaited<ReturnType<StillMember>>;

test.before.each(async () => {
  rig = await openRig();
  clock = virtualClock();
  log = faultyLog(rig.stores.log);
  errors = [];
  standing = 'dial';
  script = await createQuestionnaires(log).publish(QUESTIONNAIRE, new Date(START));
  [recorder, deadlines] = instance();
});
test.after.each(async () => {
  deadlines.close();
  await rig.close();
});

function recorderOfItsOwn(special: Pick<RecorderDeps, 'decide'> = {}): Recorder {
  return createRecorder({
    log,
    clock,
    timing: TIMING,
    providers: PROVIDERS,
    freshId: randomIds.uuid,
    questionnaire: async () => script,
    ...special,
  });
}

function instance(isDialling = true, own = recorderOfItsOwn()): [Recorder, Deadlines] {
  const journal = journalInto(errors, ({ level, message }) => `${level}: ${message}`);
  dialQueue = createDialLines(dialDeps({ clock, policy: UNPACED }));
  if (isDialling) dialQueue.start();
  const stillMember: StillMember = async () => standing;
  const watching = createDeadlines({ clock, journal, recorder: own, dialQueue, stillMember, timing: TIMING });
  own.follow([dialQueue, watching]);
  return [own, watching];
}

const at = () => new Date(clock.now()).toISOString();

async function initiate(): Promise<CallState> {
  return (await recorder.record(CALL, initiateInput(script, at()))).state!;
}

async function hear(name: string, by = recorder): Promise<void> {
  await by.record(CALL, heardInput(name, at()));
}

const passed = async () => (await rig.stream(CALL)).filter(({ type }) => type === 'DeadlinePassed').length;

test('a deadline rings when its time has come, and not a millisecond before', async () => {
  const state = await initiate();
  const waitMs = Date.parse(state.deadline!.at) - clock.now();
  await clock.advance(waitMs - 1);
  assert.is(await passed(), 0);
  await clock.advance(1);
  assert.is(await passed(), 1);
});

test('a clock that is set back an hour, before or after an alarm is set, holds no call up', async () => {
  const waitMs = Date.parse((await initiate()).deadline!.at) - clock.now();
  clock.jump(-3_600_000);
  await clock.advance(waitMs);
  assert.is(await passed(), 1);
  await clock.advance(waitMs);
  assert.is(await passed(), 2);
});

for (const jumpMs of [60_000, 3_600_000, 400 * 86_400_000]) {
  test(`a clock that is set forward by ${jumpMs / 60_000} minutes rings no alarm before its time`, async () => {
    const waitMs = Date.parse((await initiate()).deadline!.at) - clock.now();
    await clock.advance(1_000);
    clock.jump(jumpMs);
    await clock.advance(waitMs - 1_001);
    assert.is(await passed(), 0);
    await clock.advance(1);
    assert.is(await passed(), 1);
  });
}

test('a clock that is set back does not hold up a call that another instance finds in the log', async () => {
  const state = await initiate();
  deadlines.close();
  clock.jump(-3_600_000);
  [recorder, deadlines] = instance();
  recorder.takeUp((await recorder.load(CALL))!);
  await clock.advance(Date.parse(state.deadline!.at) - Date.parse(state.updatedAt));
  assert.is(await passed(), 1);
});

test('a call whose turn does not come in its time is closed as expired, and not dialled when it could be again', async () => {
  deadlines.close();
  [recorder, deadlines] = instance(false);
  await recorder.record(CALL, { ...initiateInput(script, at()), dial: false } as Input);
  await clock.advance(TIMING.queueMs - 1);
  assert.is(await passed(), 0);
  log.fail(['refused']);
  await clock.advance(10_000);
  const state = await recorder.load(CALL);
  assert.equal([state?.ending?.result, state?.position.at], ['expired', 'ended']);
  assert.not.ok((await rig.stream(CALL)).some(({ type }) => type === 'PlaceCall'));
  assert.equal([deadlines.open(), clock.alarms()], [0, 0]);
});

test('a call whose member was removed is cancelled when its turn comes, in words, and dials nobody', async () => {
  standing = 'removed';
  await recorder.record(CALL, { ...initiateInput(script, at()), dial: false } as Input);
  await clock.advance(1);
  const state = (await recorder.load(CALL))!;
  assert.equal([callDisposition(state), state.position.at], ['cancelled', 'ended']);
  const [, cancelled, ...rest] = await rig.stream(CALL);
  assert.equal(
    [cancelled?.type, cancelled?.actor, ...rest.map(({ type }) => type)],
    ['CancelCall', 'server', 'CloseCall'],
  );
  assert.match(cancelled!.data, 'the member was removed');
  assert.equal([deadlines.open(), clock.alarms()], [0, 0]);
});

test('a call waits while it cannot be told whether its member was removed, and is dialled, cancelled or expires then', async () => {
  const state = await recorder.record(CALL, { ...initiateInput(script, at()), dial: false } as Input);
  assert.is(state.verdict, 'recorded');
  standing = 'wait';
  await clock.advance(60_000);
  assert.equal(
    (await rig.stream(CALL)).map(({ type }) => type),
    ['InitiateCall'],
  );
  standing = 'dial';
  await clock.advance(2_000);
  assert.is((await rig.stream(CALL)).at(-1)?.type, 'PlaceCall');
});

test('a call that waits for its member for ever expires', async () => {
  standing = 'wait';
  await recorder.record(CALL, { ...initiateInput(script, at()), dial: false } as Input);
  await clock.advance(TIMING.queueMs + 2_000);
  assert.is(callDisposition((await recorder.load(CALL))!), 'expired');
});

test('a call that may hold a leg is dialled again under its id whoever was removed', async () => {
  await initiate();
  standing = 'removed';
  await clock.advance(15_000);
  assert.is((await rig.stream(CALL)).filter(({ type }) => type === 'PlaceCall').length, 2);
});

test('a call that goes on has one alarm, and the old one does not ring', async () => {
  await initiate();
  await clock.advance(1_000);
  await hear('CallConnected');
  assert.is(clock.alarms(), 1);
  await clock.advance(14_500);
  assert.is(await passed(), 0);
});

test('a call that has ended has none', async () => {
  await initiate();
  assert.equal([deadlines.open(), deadlines.knows(CALL)], [1, true]);
  await hear('CallDisconnected');
  assert.equal([deadlines.open(), deadlines.knows(CALL), clock.alarms()], [0, false, 0]);
});

test('a deadline of a call that has ended elsewhere is read for, and not tried in vain', async () => {
  await initiate();
  await hear('CallConnected');
  await hear('CallDisconnected', recorderOfItsOwn());
  log.fail(['refused']);
  await clock.advance(60_000);
  assert.equal([await passed(), errors, deadlines.open()], [0, [], 0]);
});

test('a call that another instance goes on with has no alarm, until it is taken up again', async () => {
  const state = await initiate();
  recorder.letGo(CALL);
  await clock.advance(60_000);
  assert.equal([await passed(), deadlines.knows(CALL)], [0, false]);
  recorder.takeUp(state);
  await clock.advance(1_000);
  assert.is(await passed(), 1);
});

test('a deadline that another instance has moved is not recorded, and rings at its new time', async () => {
  await initiate();
  const other = recorderOfItsOwn();
  await clock.advance(10_000);
  await hear('CallConnected', other);
  await clock.advance(5_000);
  assert.is(await passed(), 0);
  // Of the call, and of the dial queue, which may have had somebody waiting.
  assert.is(clock.alarms(), 2);
  // Some seconds later than the instance that moved it: that one may be alive.
  await clock.advance(10_000);
  assert.is(await passed(), 0);
  await clock.advance(TAKE_OVER_GRACE_MS);
  assert.is(await passed(), 1);
});

test('a deadline of others has its grace also by a clock that is ahead, by which it is long past', async () => {
  const state = (await recorderOfItsOwn().record(CALL, initiateInput(script, at(), true))).state!;
  clock.jump(3_600_000);
  recorder.takeUp(state, TAKE_OVER_GRACE_MS);
  await clock.advance(TAKE_OVER_GRACE_MS - 1);
  assert.is(await passed(), 0);
  await clock.advance(1);
  assert.is(await passed(), 1);
});

test('a turn that comes when another instance has made its attempt makes no other one', async () => {
  [recorder, deadlines] = instance(false);
  const state = (await recorder.record(CALL, initiateInput(script, at(), false))).state!;
  const other = recorderOfItsOwn();
  await other.record(CALL, { type: 'Deadline', at: state.deadline!.at, dial: 1 });
  // Its answer is overdue, so that the next attempt is.
  await clock.advance(20_000);
  dialQueue.start();
  await clock.advance(1_000);
  const dials = (await rig.stream(CALL)).filter(({ type }) => type === 'PlaceCall').length;
  assert.is(dials, 1);
});

test('a deadline that the log cannot take is tried again until it can', async () => {
  await initiate();
  log.fail(['refused', 'refused']);
  await clock.advance(15_000);
  assert.equal([await passed(), errors.length, deadlines.open()], [0, 1, 1]);
  await clock.advance(2_000);
  assert.equal([await passed(), errors.length], [0, 2]);
  await clock.advance(2_000);
  assert.is(await passed(), 1);
});

test('a call of which nothing is ever heard ends all the same', async () => {
  await initiate();
  for (let bells = 0; deadlines.open() > 0; bells += 1) {
    assert.ok(bells < 100, 'it ends');
    await clock.advance(60_000);
  }
  assert.is((await recorder.load(CALL))?.position.at, 'ended');
});

test('when it is closed nothing rings any more', async () => {
  const state = await initiate();
  deadlines.close();
  deadlines.recorded(state, []);
  assert.is(clock.alarms(), 0);
  await clock.advance(600_000);
  assert.is(await passed(), 0);
});

test('a call that is set aside counts as open no more', async () => {
  const broken = (): never => {
    throw new TypeError('a rule has a bug');
  };
  await recorder.record(CALL, initiateInput(script, at()));
  const [own, watching] = instance(true, recorderOfItsOwn({ decide: broken }));
  watching.takenUp((await own.load(CALL))!, 0);
  assert.is(watching.open(), 1);
  await own.record(CALL, heardInput('CallConnected', at())).catch(() => {});
  assert.equal([own.parked(), watching.open(), watching.knows(CALL)], [[CALL], 0, false]);
});

test.run();
