import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createQuestionnaires } from '../../../src/app/recording/questionnaires.ts';
import { createScripts } from '../../../src/app/showing/scripts.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { QUESTIONNAIRE } from '../../support/application.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const NOW = Date.parse('2026-03-02T09:00:00.000Z');
const HOUR_MS = 3_600_000;

async function opened() {
  const log = memoryLog();
  const clock = virtualClock(NOW);
  const publish = (version: number, hoursAgo = 0) =>
    createQuestionnaires(log).publish({ ...QUESTIONNAIRE, version }, new Date(clock.now() - hoursAgo * HOUR_MS));
  const questionnaire = await publish(2, 1);
  const scripts = createScripts({ log, clock, providers: PROVIDERS, questionnaire });
  const versions = async () => (await scripts.scripts()).scripts.map(({ questionnaire: { version } }) => version);
  return { log, clock, publish, questionnaire, scripts, versions };
}

test('every script that was ever published is known, that of new calls first', async () => {
  const { publish, versions, scripts, questionnaire } = await opened();
  await publish(1, 5_000);
  await publish(3);
  assert.equal(await versions(), [2, 3, 1]);
  const { scripts: known, isWhole } = await scripts.scripts();
  assert.equal(
    [known.filter(({ isInForce }) => isInForce).map(({ hash }) => hash), isWhole],
    [[questionnaire.hash], true],
  );
  assert.is(known[2]?.publishedAt, new Date(NOW - 5_000 * HOUR_MS).toISOString());
});

test('what another instance publishes is found within a minute, without a second walk through the whole register', async () => {
  const { log, clock, publish, versions } = await opened();
  const walked: (Date | undefined)[] = [];
  const { registered } = log;
  log.registered = (since) => {
    walked.push(since);
    return registered(since);
  };
  await versions();
  await publish(3);
  assert.equal(await versions(), [2]);
  await clock.advance(61_000);
  assert.equal(await versions(), [3, 2].reverse());
  assert.equal([walked.length, walked[0]], [2, undefined]);
  assert.ok(walked[1] && walked[1].getTime() > NOW - 3 * HOUR_MS);
});

test('while a large register is walked what is known is shown, and that there may be more', async () => {
  const { log, clock, publish, scripts } = await opened();
  await publish(1, 5_000);
  const { registered } = log;
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  log.registered = async function* (since) {
    await gate;
    yield* registered(since);
  };
  const asking = scripts.scripts();
  await clock.advance(301);
  const { scripts: known, isWhole } = await asking;
  assert.equal([known.length, isWhole], [1, false]);
  go();
  assert.is((await scripts.scripts()).scripts.length, 2);
});

test('a register that cannot be read is asked again, and a hash of nobody is nothing', async () => {
  const { log, scripts, versions } = await opened();
  const { registered } = log;
  log.registered = () => {
    throw new Error('away');
  };
  await versions().then(
    () => assert.unreachable('it cannot be read'),
    () => {},
  );
  log.registered = registered;
  assert.equal(await versions(), [2]);
  assert.equal([await scripts.script('f'.repeat(64)), await scripts.rehearse('f'.repeat(64), [])], [null, null]);
});

test('a script is gone through as a call would', async () => {
  const { questionnaire, scripts } = await opened();
  const rehearsal = await scripts.rehearse(questionnaire.hash, ['2']);
  assert.is(rehearsal?.disposition, 'not-available');
});

test.run();
