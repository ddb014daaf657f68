import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ReadStoreError } from '../../../projections/ports.ts';
import { readStream } from '../../../src/audit/replay/find-call.ts';
import { inFiles, openStores, storeFiles } from '../../../src/composition/stores.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { keyOf, rowKeyOf } from '../../../src/log/tables/keys.ts';
import { newEntry } from '../../log/samples.ts';
import { openTablesRig } from '../../log/tables/rig.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { busyOn, callId, onDay, type ReplayRig, startReplayRig } from './rig.ts';

const test = suite<ReplayRig>('call');
test.before.each(async (context) => {
  Object.assign(context, await startReplayRig());
});
test.after.each((context) => context.close());

test('a call is found by its own id and by every id that the provider has for it', async ({ keep, replays }) => {
  const ids = { correlationId: '7679589e-1005-4d05-9179-334fc94441c7', serverCallId: 'aHR0cHM6/Ly9z+W11==' };
  const conversation = onDay(1)
    .accepted({ callConnectionId: 'leg-1' })
    .event('CallConnected', { callConnectionId: 'leg-1', ...ids });
  await keep({ id: callId(1), conversation });
  const capitals = [callId(1).toUpperCase(), ids.correlationId.toUpperCase()];
  for (const id of [callId(1), 'leg-1', ids.correlationId, ids.serverCallId, ...capitals]) {
    const replay = await replays.call(id, null);
    assert.is(replay?.callSessionId, callId(1), id);
    assert.is(replay?.memberId, 'M-1');
    assert.is(replay?.phoneNumber, '+*******0001');
  }
  // What is no UUID may differ from another id by its case alone.
  for (const id of ['LEG-1', ids.serverCallId.toUpperCase()]) assert.is(await replays.call(id, null), null);
});

test('a call that has no row is read from the log, also when nobody can be asked for rows', async ({
  keep,
  tell,
  stores,
}) => {
  await keep({ id: callId(1), conversation: busyOn(1), row: false });
  const away = async () => Promise.reject(new ReadStoreError('READ_STORE_UNAVAILABLE', 'away'));
  assert.is(await stores.readStore.bySession(callId(1)), null);
  const replay = await tell({ readStore: { ...stores.readStore, byConnection: away, byProviderIds: away } }).call(
    callId(1),
    null,
  );
  assert.is(replay?.steps.at(-1)?.state?.disposition, 'busy');
});

test('nobody’s id is no call: not a member’s stream, nor one of another kind', async ({ keep, replays, stores }) => {
  await keep({ id: callId(1), conversation: busyOn(1) });
  await stores.log.append('operation:2026-03-02', EMPTY_HEAD, [newEntry('x')]);
  for (const id of ['member:M-1', 'operation:2026-03-02', callId(2), '', 'M-1', "' OR 1=1"]) {
    assert.is(await replays.call(id, null), null, id);
  }
});

test('the bytes of entries are those that are stored', async ({ keep, replays, stores }) => {
  await keep({ id: callId(1), conversation: busyOn(1) });
  assert.equal((await replays.call(callId(1), null))?.entries, await stores.log.read(callId(1)));
});

test('whose call it is is told by its row where the entry that names the member is damaged', async ({
  keep,
  tell,
  stores,
}) => {
  await keep({ id: callId(1), conversation: busyOn(1) });
  const log = {
    ...stores.log,
    async read(stream: string, from?: number) {
      const entries = await stores.log.read(stream, from);
      return entries.map((entry) => (entry.version === 1 ? { ...entry, data: '{' } : entry));
    },
  };
  const replay = await tell({ log }).call(callId(1), null);
  assert.is(replay?.memberId, 'M-1');
  assert.equal(replay?.flaws, ['entry 1 cannot be read']);
  assert.is((await tell({ log }).call(callId(1), { at: '2020-01-01T00:00:00.000Z' }))?.memberId, null);
});

const five = ['a', 'b', 'c', 'd', 'e'].map((id) => newEntry(id));

test('what is missing of a stream in a file is named, and the rest is given', async () => {
  const { path, remove } = await tempDir('gap');
  const stores = await openStores(inFiles(path));
  await stores.log.append(callId(1), EMPTY_HEAD, five);
  const db = new Database(storeFiles(path).log);
  db.exec('DROP TRIGGER entries_no_delete');
  db.exec('DELETE FROM entries WHERE version IN (1, 3)');
  db.close();
  const stream = await readStream(stores.log, callId(1));
  assert.equal(
    stream?.entries.map(({ version }) => version),
    [2, 4, 5],
  );
  assert.equal(stream?.flaws, [
    'missing: entry 1; the states behind are told without',
    'missing: entry 3; the states behind are told without',
  ]);
  await stores.close();
  await remove();
});

test('what Tables cannot give of a stream is named, and what stands behind it is given', async () => {
  const rig = await openTablesRig();
  const log = await rig.open();
  await log.append(callId(1), EMPTY_HEAD, five);
  for (const version of [3]) await rig.events.deleteEntity(keyOf(callId(1)), rowKeyOf(version));
  const stream = await readStream(log, callId(1));
  assert.equal(
    stream?.entries.map(({ version }) => version),
    [4, 5],
  );
  assert.equal(stream?.flaws, ['the store cannot give entries 1 to 3']);
  await rig.close();
});

test('a stream that is nowhere is none', async ({ stores }) => {
  assert.is(await readStream(stores.log, callId(1)), null);
});

test.run();
