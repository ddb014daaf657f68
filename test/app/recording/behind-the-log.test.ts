import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createQuestionnaires } from '../../../src/app/recording/questionnaires.ts';
import { createRecorder, type Recorder } from '../../../src/app/recording/recorder.ts';
import { randomIds } from '../../../src/composition/ids.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { TIMING } from '../../../src/domain/call/timing.ts';
import type { Entry } from '../../../src/domain/entries.ts';
import type { PublishedQuestionnaire } from '../../../src/domain/questionnaire/questionnaire.ts';
import { QUESTIONNAIRE } from '../../support/application.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';
import { initiateInput } from '../samples.ts';

const CALL = '019aab00-0000-7000-8000-000000000001';
const AT = '2026-03-02T15:00:00.000Z';

let rig: Rig;
let script: PublishedQuestionnaire;
let clock: VirtualClock;

test.before.each(async () => {
  rig = await openRig();
  script = await createQuestionnaires(rig.stores.log).publish(QUESTIONNAIRE, new Date(AT));
  clock = virtualClock();
});
test.after.each(() => rig.close());

/** Of a process of its own: it remembers nothing. */
function recorder(): Recorder {
  const { log } = rig.stores;
  const questionnaire = async () => script;
  return createRecorder({ log, clock, timing: TIMING, providers: PROVIDERS, freshId: randomIds.uuid, questionnaire });
}

/** A dial without an answer, written by a process that has ended since. */
async function dialledByAnother(): Promise<string> {
  const first = recorder();
  await first.record(CALL, initiateInput(script, AT));
  await first.record(CALL, { type: 'Deadline', at: AT });
  const { commandId } = placeCalls(await rig.stream(CALL)).at(-1)!;
  const outcome = { type: 'Unknown', reason: 'connection-lost' } as const;
  await first.record(CALL, { type: 'Outcome', at: AT, commandType: 'PlaceCall', commandId, outcome });
  return commandId;
}

const placeCalls = (entries: readonly Entry[]) =>
  entries.filter(({ type }) => type === 'PlaceCall').map(({ id, data }) => ({ commandId: id, body: JSON.parse(data) }));

for (const [setBackMs, dials] of [
  [0, 2],
  [-1_000, 2],
  [-10_000, 1],
  [-3_600_000, 1],
] as const) {
  test(`a process that starts with its clock ${-setBackMs} ms behind the log ${dials === 1 ? 'does not repeat' : 'repeats'} a dial`, async () => {
    await dialledByAnother();
    // Started behind the entries, nobody can tell whether the provider still knows the id: the phone would ring twice.
    clock.jump(setBackMs);
    const second = recorder();
    await second.load(CALL);
    const at = new Date(clock.now() + 20_000).toISOString();
    await clock.advance(20_000);
    await second.record(CALL, { type: 'Deadline', at });
    assert.is(placeCalls(await rig.stream(CALL)).length, dials);
  });
}

test.run();
