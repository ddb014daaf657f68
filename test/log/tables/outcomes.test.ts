import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD, headOf } from '../../../src/domain/entries.ts';
import { collect } from '../../support/collect.ts';
import { accepted, newEntry, rejectsWith } from '../samples.ts';
import { openTablesRig, requestsOf, type TablesRig } from './rig.ts';

const test = suite<{ rig: TablesRig }>('tables log, what became of a request');
test.before.each(async (context) => {
  context.rig = await openTablesRig();
});
test.after.each(({ rig }) => rig.close());

const HOUR = new Date(0);

for (const count of [1, 3]) {
  for (const fault of ['lostAnswer', 'cutAnswer', 'failedAfter'] as const) {
    test(`an append of ${count} that was written without an answer (${fault}) is known by its write id`, async ({
      rig,
    }) => {
      const log = await rig.open();
      const entries = Array.from({ length: count }, (_, n) => newEntry(`${n}`));
      rig.proxy.plan([fault], /POST/);
      const appended = accepted(await log.append('s', EMPTY_HEAD, entries));
      assert.equal(rig.proxy.counts().faults, { [fault]: 1 });
      assert.equal(await log.read('s'), appended);
      accepted(await log.append('s', headOf(appended), [newEntry('next')]));
    });
  }
}

test("another's rows in the place of ours, after a try that nobody answered, are a conflict", async ({ rig }) => {
  const other = await rig.open();
  const inBetween = async () => {
    accepted(await other.append('s', EMPTY_HEAD, [newEntry('theirs')]));
  };
  const log = await rig.open({ wait: inBetween });
  rig.proxy.plan(['reset'], /POST/);
  assert.equal(await log.append('s', EMPTY_HEAD, [newEntry('ours'), newEntry('too')]), { conflict: true });
  assert.equal(
    (await log.read('s')).map(({ id }) => id),
    ['theirs'],
  );
});

test('when no try says what became of it, the outcome is unknown; when every try says no, nothing was written', async ({
  rig,
}) => {
  const log = await rig.open();
  const append = (id: string) => log.append('s', EMPTY_HEAD, [newEntry(id), newEntry(`${id}2`)]);
  rig.proxy.plan(['reset', 'failedBefore', 'busy']);
  await rejectsWith('LOG_UNKNOWN_OUTCOME', append('a'));
  rig.proxy.plan(['lostAnswer', 'busy', 'busy', 'reset', 'reset', 'reset']);
  await rejectsWith('LOG_UNKNOWN_OUTCOME', append('b'));
  assert.is((await log.read('s')).length, 2);
  rig.proxy.plan(['busy', 'busy', 'busy']);
  const refused = await rejectsWith('LOG_UNAVAILABLE', log.append('t', EMPTY_HEAD, [newEntry('c')]));
  assert.match(refused.message, /503 ServerBusy/);
  rig.proxy.plan(['lostAnswer', 'busy', 'busy']);
  assert.is(accepted(await log.append('t', EMPTY_HEAD, [newEntry('d')])).length, 1);
  assert.is((await log.read('t')).length, 1);
});

test('reads and registrations are sent again, and not for ever', async ({ rig }) => {
  const log = await rig.open();
  rig.proxy.plan(['lostAnswer', 'failedAfter']);
  await log.register('s', HOUR);
  rig.proxy.plan(['busy', 'cutAnswer']);
  assert.equal(await collect(log.registered()), ['s']);
  rig.proxy.plan(['reset', 'busy', 'failedBefore']);
  assert.equal(await requestsOf(rig, () => rejectsWith('LOG_UNAVAILABLE', log.read('s'))), { 'GET /Events()': 3 });
});

test('a probe finds out that nothing can be added though all can be read, and adds nothing itself', async ({ rig }) => {
  const log = await rig.open();
  const written = accepted(await log.append('s', EMPTY_HEAD, [newEntry('a')]));
  assert.equal(await requestsOf(rig, () => log.probe('s')), { 'GET /Events()': 1, 'POST /Events': 1 });
  rig.proxy.plan(['busy', 'busy', 'busy'], /POST/);
  await rejectsWith('LOG_UNAVAILABLE', log.probe('s'));
  await rejectsWith('LOG_UNAVAILABLE', log.probe('never written'));
  assert.equal(await log.read('s'), written);
  assert.equal(await log.read('never written'), []);
});

test('tries end in time to tell whoever asked: none begins when it could not be over by then', async ({ rig }) => {
  let passedMs = 0;
  const wait = async (ms: number) => {
    passedMs += ms;
  };
  const monotonicMs = () => passedMs;
  const log = await rig.open({ tries: 10, wait, monotonicMs, limitMs: 6_500, timeLimitMs: 5_000 });
  for (const ask of [() => log.append('s', EMPTY_HEAD, [newEntry('a')]), () => log.read('s')]) {
    passedMs = 0;
    rig.proxy.plan(Array.from({ length: 10 }, () => 'busy'));
    await rejectsWith('LOG_UNAVAILABLE', ask());
    assert.is(passedMs, 1_000, 'after 200 ms, and after 800 more; the next would begin at 4.2 s');
  }
});

test.run();
