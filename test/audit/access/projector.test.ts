import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AccessStore } from '../../../projections/access.ts';
import { ReadStoreError } from '../../../projections/ports.ts';
import { openSqliteAccessStore } from '../../../projections/sqlite/access/store.ts';
import { catchUpAccess } from '../../../src/audit/access/catch-up.ts';
import { createAccessProjector } from '../../../src/audit/access/projector.ts';
import { rebuildAccess } from '../../../src/audit/access/rebuild.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { newEntry } from '../../log/samples.ts';
import { collect } from '../../support/collect.ts';
import { type AccessRig, accessRig } from './rig.ts';
import { aLook, aRefusal } from './samples.ts';

type Context = { rig: AccessRig; store: AccessStore; faults: string[] };

const test = suite<Context>('the rows of who looked');
test.before.each(async (context) => {
  context.rig = await accessRig();
  context.store = openSqliteAccessStore(context.rig.file('access-records.db'));
  context.faults = [];
});
test.after.each(async ({ rig, store }) => {
  await store.close();
  await rig.close();
});

function projected({ rig, store, faults }: Context, process = 'p9') {
  const projector = createAccessProjector({
    log: rig.log,
    store,
    clock: rig.clock,
    onError: (error) => faults.push(String(error)),
  });
  projector.start();
  return { projector, recorder: rig.recorderOf(process, { recorded: projector.recorded }) };
}

const membersShown = async (store: AccessStore) =>
  (await store.list({ filter: {}, limit: 100 })).flatMap(({ members }) => members).sort();

test('show what was recorded, a moment later', async (context) => {
  const { projector, recorder } = projected(context);
  await context.rig.clock.advance(100);
  await recorder.record(aLook({ purpose: 'BTG', reason: 'an outage', fields: ['memberId'] }));
  await context.rig.clock.advance(100);
  assert.is(projector.lagMs(), 0);
  const [entry] = await context.rig.entries();
  const [row] = await context.store.list({ filter: { member: 'M-1' }, limit: 5 });
  assert.equal(row, {
    recordId: `${entry!.at}-0001-${entry!.hash.slice(0, 12)}`,
    stream: entry!.stream,
    version: 1,
    at: entry!.at,
    actor: 'compliance:anna',
    name: 'anna',
    kind: 'api-key',
    roles: ['Compliance'],
    action: 'status',
    purpose: 'BTG',
    reason: 'an outage',
    requestId: 'r-1',
    address: '10.0.0.7',
    calls: ['call-1'],
    members: ['M-1'],
    fields: ['memberId'],
    coversMs: 300_000,
    refused: null,
  });
  await projector.close();
});

test('show refusals by their number', async (context) => {
  const { projector, recorder } = projected(context);
  for (let n = 0; n < 15; n += 1) recorder.refused(aRefusal({ status: 403, actor: 'operator:otto' }));
  await recorder.close();
  await projector.flush();
  const rows = await context.store.list({ filter: {}, limit: 50 });
  assert.equal(
    rows.map(({ action, refused }) => [action, refused]),
    [['refused', 5], ...Array(10).fill(['refused', 1])],
  );
  assert.is((await context.store.list({ filter: { actor: 'otto' }, limit: 50 })).length, 10);
  await projector.close();
});

test('are made from the log at a start for what a process before did not get to show', async (context) => {
  await context.rig.recorder.record(aLook());
  const { projector, recorder } = projected(context);
  await recorder.record(aLook({ members: ['M-2'] }));
  await projector.flush();
  assert.equal(await membersShown(context.store), ['M-1', 'M-2']);
  await projector.close();
});

test('are made of others’ looks within the hour, and the next start reads no more than two days of the register', async (context) => {
  const { projector } = projected(context);
  await projector.flush();
  await context.rig.recorder.record(aLook());
  await context.rig.clock.advance(3_600_000);
  assert.equal(await membersShown(context.store), ['M-1']);
  await projector.close();
  const since: (Date | undefined)[] = [];
  const log = {
    read: context.rig.log.read,
    registered(from?: Date) {
      since.push(from);
      return context.rig.log.registered(from);
    },
  };
  await catchUpAccess({ log, store: context.store, nowMs: context.rig.clock.now() });
  assert.equal(since, [new Date('2026-02-28T16:00:00.000Z')]);
});

test('go on when the store is there again, without a gap', async (context) => {
  const { store, rig } = context;
  const { write } = store;
  const { projector, recorder } = projected(context);
  await projector.flush();
  store.write = async () => {
    throw new ReadStoreError('READ_STORE_UNAVAILABLE', 'the database is away');
  };
  for (const member of ['M-1', 'M-2']) {
    await recorder.record(aLook({ members: [member] }));
    await rig.clock.advance(1_000);
  }
  assert.ok(projector.lagMs() >= 1_000);
  assert.ok(context.faults.length > 0);
  store.write = write;
  await recorder.record(aLook({ members: ['M-3'] }));
  await rig.clock.advance(10_000);
  assert.equal(await membersShown(store), ['M-1', 'M-2', 'M-3']);
  assert.is(projector.lagMs(), 0);
  await projector.close();
});

test('are all read from the log again when their file was begun anew', async (context) => {
  const { store, rig } = context;
  const { projector, recorder } = projected(context);
  await recorder.record(aLook());
  await projector.flush();
  const [stream = ''] = await store.streams();
  await store.replace({ stream, version: 0, records: [] });
  projector.readAgain();
  await rig.clock.advance(1_000);
  assert.equal(await membersShown(store), ['M-1']);
  await projector.close();
});

test('have no gap where more came than is kept while a write hangs', async (context) => {
  const { store, rig } = context;
  const { write } = store;
  const { projector, recorder } = projected(context);
  await projector.flush();
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  store.write = async (batch) => {
    await gate;
    return write(batch);
  };
  for (const member of ['M-1', 'M-2']) await recorder.record(aLook({ members: [member] }));
  await rig.clock.advance(100);
  await recorder.record(aLook({ members: ['M-3'] }));
  const entries = await rig.entries();
  for (let n = 0; n < 600; n += 1) projector.recorded(entries[0]!.stream, entries.slice(0, 1));
  await recorder.record(aLook({ members: ['M-4'] }));
  open();
  await rig.clock.advance(1_000);
  assert.equal(await membersShown(store), ['M-1', 'M-2', 'M-3', 'M-4']);
  await projector.close();
});

test('are written at the end, too', async (context) => {
  const { projector, recorder } = projected(context);
  await projector.flush();
  await recorder.record(aLook());
  await projector.close();
  assert.equal(await membersShown(context.store), ['M-1']);
});

test('pass over entries that are damaged or of a type of another release', async (context) => {
  const { rig, store } = context;
  const stream = 'access:2026-03-02:other:1';
  await rig.log.register(stream, new Date(rig.clock.now()));
  const data = JSON.stringify(aLook({ members: ['M-7'] }));
  await rig.log.append(stream, EMPTY_HEAD, [
    newEntry('a', { type: 'Look', data: 'no JSON' }),
    newEntry('b', { type: 'LaterThing', data }),
    newEntry('c', { type: 'Look', data, actor: 'compliance:anna' }),
  ]);
  await catchUpAccess({ log: rig.log, store, nowMs: rig.clock.now() });
  assert.equal(
    (await store.ofStream(stream)).map(({ version, kind }) => [version, kind]),
    [[3, 'api-key']],
  );
  assert.is((await store.versions([stream])).get(stream), 3);
});

test('a rebuild of rows that are right finds no difference', async (context) => {
  const { projector, recorder } = projected(context);
  for (const member of ['M-1', 'M-2', 'M-3']) await recorder.record(aLook({ members: [member] }));
  await projector.flush();
  await projector.close();
  const report = await rebuildAccess(context.rig.log, context.store, context.rig.clock.now);
  assert.equal(report, { records: 3, differences: [], unreadable: [] });
});

test('a rebuild names and mends what was changed, lost or invented', async (context) => {
  const { rig, store } = context;
  for (const process of ['pa', 'pb', 'pc']) await rig.recorderOf(process).record(aLook({ members: [process] }));
  await catchUpAccess({ log: rig.log, store, nowMs: rig.clock.now() });
  const streams = (await collect(rig.log.registered())).sort();
  const [a = '', b = ''] = streams;
  const [row] = await store.ofStream(a);
  await store.replace({ stream: a, version: 1, records: [{ ...row!, actor: 'compliance:berta' }] });
  await store.replace({ stream: b, version: 0, records: [] });
  const invented = 'access:2026-03-02:px:1';
  await store.write([{ stream: invented, version: 1, records: [{ ...row!, recordId: 'x', stream: invented }] }]);
  const report = await rebuildAccess(rig.log, store, rig.clock.now);
  assert.equal([report.records, [...report.differences].sort()], [3, [a, b, invented]]);
  assert.equal(await membersShown(store), ['pa', 'pb', 'pc']);
  assert.equal(await store.streams(), streams);
});

test.run();
