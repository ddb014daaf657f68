import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AccessStore } from '../../../projections/access.ts';
import { openSqliteAccessStore } from '../../../projections/sqlite/access/store.ts';
import { catchUpAccess } from '../../../src/audit/access/catch-up.ts';
import { createAccessCheck } from '../../../src/audit/verify/access.ts';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { type AccessRig, accessRig } from '../access/rig.ts';
import { aLook, aRefusal } from '../access/samples.ts';

type Context = { rig: AccessRig; store: AccessStore; stream: string };
const test = suite<Context>('who looked against the log');

test.before.each(async (context) => {
  context.rig = await accessRig();
  context.store = openSqliteAccessStore(context.rig.file('access.db'));
  const { recorder, log, clock } = context.rig;
  await recorder.record(aLook());
  await recorder.record(aLook({ actor: 'compliance:bert', members: ['m2'] }));
  recorder.refused(aRefusal());
  await recorder.close();
  await catchUpAccess({ log, store: context.store, nowMs: clock.now() });
  [context.stream = ''] = await context.store.streams();
});
test.after.each(async ({ rig, store }) => {
  await store.close();
  await rig.close();
});

async function findings({ rig, store }: Context) {
  const check = createAccessCheck(store);
  const result = await verifyLog(rig.log, { beside: async () => ({ also: check.ofStream }), atLast: check.ofNoStream });
  return result.findings;
}

test('rows that the log made have no finding', async (context) => {
  assert.equal(await findings(context), []);
});

test('a look that was changed, taken out or put in is found', async (context) => {
  const { store, stream } = context;
  const records = await store.ofStream(stream);
  const version = records.length;
  const [first, second] = [records[0]!, records[1]!];
  const cases = [
    [2, [first, { ...second, actor: 'compliance:carl', name: 'carl' }, ...records.slice(2)]],
    [2, [first, { ...second, members: ['m3'] }, ...records.slice(2)]],
    [1, records.slice(1)],
    [version, records.slice(0, -1)],
    [9, [...records, { ...second, version: 9, recordId: `${second.recordId}9` }]],
  ] as const;
  for (const [where, forged] of cases) {
    await store.replace({ stream, version, records: forged });
    assert.equal(await findings(context), [{ stream, version: where, kind: 'access-record' }]);
  }
});

test('looks of a stream that the log lacks are found; rows that lag are not', async (context) => {
  const { rig, store, stream } = context;
  const records = await store.ofStream(stream);
  await store.replace({ stream: 'access:2026-03-01:p9:1', version: 1, records: records.slice(0, 1) });
  const kinds = (await findings(context)).map(({ stream: name, kind }) => [name, kind]);
  assert.equal(kinds, [['access:2026-03-01:p9:1', 'access-record']]);
  await store.replace({ stream: 'access:2026-03-01:p9:1', version: 0, records: [] });
  const later = rig.recorderOf('p2');
  await later.record(aLook({ actor: 'compliance:late' }));
  await later.close();
  assert.equal(
    (await findings(context)).filter(({ stream: name }) => name !== 'access:2026-03-01:p9:1'),
    [],
  );
});

test.run();
