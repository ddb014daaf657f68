import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createAccessRecorder } from '../../../src/audit/access/recorder.ts';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { openTablesRig, requestsOf, type TablesRig } from '../../log/tables/rig.ts';
import { allEntries } from '../../support/entries.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { aLook } from './samples.ts';

const test = suite<{ rig: TablesRig; log: CallEventLog }>('recording looks in Azure Tables');
test.before.each(async (context) => {
  context.rig = await openTablesRig();
  context.log = await context.rig.open();
});
test.after.each(({ rig }) => rig.close());

function recorderOn(log: CallEventLog) {
  let ids = 0;
  return createAccessRecorder({ log, clock: virtualClock(), freshId: () => `id-${ids++}`, process: 'p1' });
}

test('a look costs one request, a covered one none, however many were recorded before', async ({ rig, log }) => {
  const { record } = recorderOn(log);
  const first = await requestsOf(rig, () => record(aLook()));
  assert.equal(first, { 'POST /Events': 1, 'POST /Register': 1 });
  for (const call of ['call-2', 'call-3', 'call-4']) {
    assert.equal(await requestsOf(rig, () => record(aLook({ calls: [call] }))), { 'POST /Events': 1 });
  }
  assert.equal(await requestsOf(rig, () => record(aLook())), {});
});

test('looks that arrive together cost one request together', async ({ rig, log }) => {
  const { record } = recorderOn(log);
  await record(aLook());
  const looks = Array.from({ length: 30 }, (_, n) => aLook({ calls: [`call-${n + 2}`] }));
  const made = await requestsOf(rig, () => Promise.all(looks.map(record)));
  assert.equal(Object.values(made), [1]);
  assert.is((await allEntries(log)).length, 31);
  assert.is((await verifyLog(log)).findingCount, 0);
});

test.run();
