import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createQuestionnaires } from '../../../src/app/recording/questionnaires.ts';
import { createRecorder, type Recorder } from '../../../src/app/recording/recorder.ts';
import { randomIds } from '../../../src/composition/ids.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import type { CallState } from '../../../src/domain/call/call.ts';
import { decide } from '../../../src/domain/call/decide.ts';
import type { Input } from '../../../src/domain/call/input.ts';
import type { Recorded } from '../../../src/domain/call/recorded.ts';
import { TIMING } from '../../../src/domain/call/timing.ts';
import type { PublishedQuestionnaire } from '../../../src/domain/questionnaire/questionnaire.ts';
import { type CallEventLog, LogError } from '../../../src/log/port.ts';
import { QUESTIONNAIRE } from '../../support/application.ts';
import { type FaultyLog, faultyLog } from '../../support/faulty-log.ts';
import { startingGate } from '../../support/starting-gate.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';
import { heardInput, initiateInput } from '../samples.ts';

const CALL = '019aab00-0000-7000-8000-000000000001';
const AT = '2026-03-02T15:00:00.000Z';

type Told = { readonly state: CallState; readonly recorded: readonly Recorded[] };

let rig: Rig;
let log: FaultyLog;
let script: PublishedQuestionnaire;
let told: Told[];
let clock: VirtualClock;

test.before.each(async () => {
  rig = await openRig();
  log = faultyLog(rig.stores.log);
  script = await createQuestionnaires(rig.stores.log).publish(QUESTIONNAIRE, new Date(AT));
  told = [];
  clock = virtualClock();
});
test.after.each(() => rig.close());

function recorderOn(on: CallEventLog, cacheSize?: number, rule?: typeof decide): Recorder {
  const recorder = createRecorder({
    log: on,
    clock,
    timing: TIMING,
    providers: PROVIDERS,
    freshId: randomIds.uuid,
    questionnaire: async () => script,
    ...(cacheSize !== undefined && { cacheSize }),
    ...(rule && { decide: rule }),
  });
  recorder.follow([{ recorded: (state, recorded) => void told.push({ state, recorded }) }]);
  return recorder;
}

const initiated = (): Input => initiateInput(script, AT);
const heard = (name: string, data?: Readonly<Record<string, unknown>>, id?: string): Input =>
  heardInput(name, AT, data, id);

async function codeOf(failing: Promise<unknown>): Promise<string> {
  try {
    await failing;
  } catch (error) {
    if (error instanceof LogError) return error.code;
    throw error;
  }
  return 'no error';
}

test('of twenty instances that record a callback at once one does, and nineteen decide again and find it there', async () => {
  await recorderOn(log).record(CALL, initiated());
  const gate = startingGate(log, 20);
  let decided = 0;
  const recorders = Array.from({ length: 20 }, () =>
    recorderOn(gate, undefined, (...args) => {
      decided += 1;
      return decide(...args);
    }),
  );
  const verdicts = await Promise.all(recorders.map((each) => each.record(CALL, heard('CallConnected', {}, 'one'))));
  const count = (wanted: string) => verdicts.filter(({ verdict }) => verdict === wanted).length;
  assert.equal([count('recorded'), count('duplicate')], [1, 19]);
  assert.equal([gate.tried(), decided], [20, 39]);
  assert.is((await rig.stream(CALL)).filter(({ id }) => id === 'one').length, 1);
  const after = verdicts.map(({ state }) => state?.version);
  assert.is(new Set(after).size, 1);
});

test('inputs of one call that come at once are recorded one after the other, and none is lost', async () => {
  const recorder = recorderOn(log);
  await recorder.record(CALL, initiated());
  const inputs = Array.from({ length: 50 }, (_, index) => heard('ParticipantsUpdated', {}, `update-${index}`));
  await Promise.all(inputs.map((input) => recorder.record(CALL, input)));
  const entries = await rig.stream(CALL);
  assert.equal(
    entries.map(({ version }) => version),
    entries.map((_, index) => index + 1),
  );
  const recorded = entries.filter(({ type }) => type.endsWith('ParticipantsUpdated')).map(({ id }) => id);
  assert.equal(
    recorded,
    inputs.map((input) => 'id' in input && input.id),
  );
  assert.equal(
    told.map(({ state }) => state.version),
    [2, ...inputs.map((_, index) => index + 3)],
  );
});

test('two instances that race for the same callbacks record each once, and only one acts on it', async () => {
  const [one, two] = [recorderOn(log), recorderOn(rig.stores.log)];
  await one.record(CALL, initiated());
  const inputs = [heard('CallConnected'), ...Array.from({ length: 19 }, () => heard('ParticipantsUpdated'))];
  const verdicts = await Promise.all(
    inputs.flatMap((input) => [one, two].map(async (recorder) => (await recorder.record(CALL, input)).verdict)),
  );
  assert.is(verdicts.filter((verdict) => verdict === 'recorded').length, 20);
  assert.is(verdicts.filter((verdict) => verdict === 'duplicate').length, 20);
  const callbacks = (await rig.stream(CALL)).filter(({ kind }) => kind === 'callback');
  assert.is(new Set(callbacks.map(({ id }) => id)).size, 20);
  assert.is(callbacks.length, 20);
  const asked = told.flatMap(({ recorded }) => recorded.filter(({ type }) => type === 'AskQuestion'));
  assert.is(asked.length, 1);
});

test('who loses a race decides again on what the winner wrote', async () => {
  const [one, two] = [recorderOn(log), recorderOn(rig.stores.log)];
  await one.record(CALL, initiated());
  log.before(
    /./,
    async () => void (await two.record(CALL, { type: 'CancelCall', id: 'c', at: AT, actor: 'coordinator:bob' })),
  );
  await one.record(CALL, heard('CallConnected'));
  const types = (await rig.stream(CALL)).map(({ type }) => type);
  assert.equal(types.slice(2), ['CancelCall', 'Microsoft.Communication.CallConnected', 'HangUp']);
});

test('an input and the command it causes are one append', async () => {
  const appended: number[] = [];
  const counting: CallEventLog = {
    ...rig.stores.log,
    append(stream, head, entries) {
      appended.push(entries.length);
      return rig.stores.log.append(stream, head, entries);
    },
  };
  const recorder = recorderOn(counting);
  await recorder.record(CALL, initiated());
  await recorder.record(CALL, heard('CallConnected'));
  assert.equal(appended, [2, 2]);
});

test('a call that another instance began after this one had looked in vain is known here too', async () => {
  const [one, two] = [recorderOn(log), recorderOn(rig.stores.log)];
  assert.is(await two.load(CALL), null);
  assert.is((await two.record(CALL, heard('CallConnected', {}, 'early'))).verdict, 'unknown-call');
  await one.record(CALL, initiated());
  assert.is((await two.record(CALL, heard('CallConnected', {}, 'early'))).verdict, 'recorded');
});

test('loading shows what another instance has recorded since', async () => {
  const [one, two] = [recorderOn(log), recorderOn(rig.stores.log)];
  await one.record(CALL, initiated());
  assert.is((await two.load(CALL))?.version, 2);
  await one.record(CALL, heard('CallConnected'));
  assert.is((await two.load(CALL))?.version, 4);
});

test('when the log refuses, the sender hears it, nobody acts, and the next attempt finds nothing half done', async () => {
  const recorder = recorderOn(log);
  await recorder.record(CALL, initiated());
  const before = await recorder.load(CALL);
  told = [];
  log.fail(['refused']);
  const input = heard('CallConnected');
  assert.is(await codeOf(recorder.record(CALL, input)), 'LOG_UNAVAILABLE');
  assert.equal(told, []);
  assert.equal(await recorder.load(CALL), before);
  assert.is((await rig.stream(CALL)).length, 2);
  assert.is((await recorder.record(CALL, input)).verdict, 'recorded');
});

test('an append of unknown outcome that was written is found, watched over, and not acted on a second time', async () => {
  const recorder = recorderOn(log);
  await recorder.record(CALL, initiated());
  told = [];
  log.fail(['committed']);
  const input = heard('CallConnected');
  assert.is(await codeOf(recorder.record(CALL, input)), 'LOG_UNKNOWN_OUTCOME');
  assert.equal(
    told.map(({ recorded }) => recorded),
    [[]],
  );
  assert.is(told[0]?.state.version, 4);
  assert.is((await recorder.record(CALL, input)).verdict, 'duplicate');
  assert.is((await rig.stream(CALL)).length, 4);
});

test('an append of unknown outcome stays one when the log cannot be read after it', async () => {
  const recorder = recorderOn(log);
  await recorder.record(CALL, initiated());
  log.fail(['committed']);
  log.failReads(1);
  const input = heard('CallConnected');
  assert.is(await codeOf(recorder.record(CALL, input)), 'LOG_UNKNOWN_OUTCOME');
  assert.is((await recorder.record(CALL, input)).verdict, 'duplicate');
});

test('an append of unknown outcome that was not written leaves the call as it was, and may be sent again', async () => {
  const recorder = recorderOn(log);
  await recorder.record(CALL, initiated());
  told = [];
  log.fail(['lost']);
  const input = heard('CallConnected');
  assert.is(await codeOf(recorder.record(CALL, input)), 'LOG_UNKNOWN_OUTCOME');
  assert.equal(
    told.flatMap(({ recorded }) => recorded),
    [],
  );
  assert.is((await recorder.load(CALL))?.version, 2);
  assert.is((await recorder.record(CALL, input)).verdict, 'recorded');
  assert.equal(
    told.at(-1)?.recorded.map(({ type }) => type),
    ['Microsoft.Communication.CallConnected', 'AskQuestion'],
  );
});

test('a call that no longer fits into memory is read again', async () => {
  const recorder = recorderOn(log, 1);
  const other = CALL.replace(/1$/, '2');
  for (const id of [CALL, other]) await recorder.record(id, initiated());
  for (const id of [CALL, other]) {
    assert.is((await recorder.record(id, heard('CallConnected', {}, 'connected'))).verdict, 'recorded');
    assert.is((await recorder.record(id, heard('CallConnected', {}, 'connected'))).verdict, 'duplicate');
  }
});

test('within a call time goes on although the clock was set back: by what has gone by', async () => {
  const recorder = recorderOn(log);
  const now = (): string => new Date(clock.now()).toISOString();
  await recorder.record(CALL, initiated());
  clock.jump(-3_600_000);
  await clock.advance(300_000);
  await recorder.record(CALL, heardInput('CallConnected', now(), {}, 'one'));
  await recorder.load(CALL);
  await clock.advance(40_000);
  await recorder.record(CALL, heardInput('PlayStarted', now(), {}, 'two'));
  clock.jump(2 * 3_600_000);
  await recorder.record(CALL, heardInput('PlayStarted', now(), {}, 'three'));
  const callbacks = (await rig.stream(CALL)).filter(({ kind }) => kind === 'callback');
  assert.equal(
    callbacks.map(({ at }) => (Date.parse(at) - Date.parse(AT)) / 1_000),
    [300, 340, 3_600 + 340],
  );
});

test('the entry of a callback holds the text that came, to the letter', async () => {
  const recorder = recorderOn(log);
  await recorder.record(CALL, initiated());
  const raw = '{ "id":"odd",  "type":"Microsoft.Communication.X","data":{"a":1.0,"b":"\\u00e9"} }';
  await recorder.record(CALL, {
    type: 'Callback',
    id: 'odd',
    at: AT,
    eventType: 'Microsoft.Communication.X',
    data: {},
    raw,
  });
  assert.is((await rig.stream(CALL)).at(-1)?.data, raw);
});

test('instances that are told late events at once keep as many of them as one does alone', async () => {
  const [one, other] = [recorderOn(log), recorderOn(log)];
  await one.record(CALL, { ...initiated(), dial: false } as Input);
  await one.record(CALL, { type: 'CancelCall', id: 'cancel', at: AT, actor: 'coordinator:ann' });
  const at = new Date(Date.parse(AT) + 86_400_001).toISOString();
  const late = (recorder: Recorder, n: number) => recorder.record(CALL, heardInput('PlayStarted', at, {}, `late-${n}`));
  const told = await Promise.all(Array.from({ length: 50 }, (_, n) => late(n % 2 ? one : other, n)));
  const kept = told.filter(({ verdict }) => verdict === 'recorded').length;
  const entries = await rig.stream(CALL);
  assert.is(kept, entries.filter(({ type }) => type.endsWith('PlayStarted')).length);
  assert.is(kept, 32);
  assert.is(told.filter(({ verdict }) => verdict === 'late').length, 18);
});

test.run();
