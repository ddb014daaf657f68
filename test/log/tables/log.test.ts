import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { EMPTY_HEAD, headOf } from '../../../src/domain/entries.ts';
import { LOG_LIMITS } from '../../../src/log/port.ts';
import { openTablesLog } from '../../../src/log/tables/log.ts';
import { collect } from '../../support/collect.ts';
import { contract } from '../contract.ts';
import { accepted, newEntry, rejectsWith } from '../samples.ts';
import { connectionStringWith, noWait, openTablesRig, requestsOf, type TablesRig } from './rig.ts';

contract({
  name: 'azure tables, with the rights to read and to add',
  async open() {
    const { store, prefix, close } = await openTablesRig();
    const access = { connectionString: connectionStringWith('ra', store) };
    const open = () => openTablesLog(access, { prefix, writeId: () => crypto.randomUUID(), wait: noWait });
    const opened = [await open()];
    return {
      log: opened[0]!,
      async reopen() {
        await opened[0]?.close();
        opened.push(await open());
        return opened[1]!;
      },
      async cleanup() {
        await Promise.all([...opened.map((log) => log.close()), close()]);
      },
    };
  },
});

const test = suite<{ rig: TablesRig }>('tables log');
test.before.each(async (context) => {
  context.rig = await openTablesRig();
});
test.after.each(({ rig }) => rig.close());

const HOUR = new Date(0);
const hour = (n: number) => new Date(n * 3_600_000);

test('an append whose head this process has written or read is one request', async ({ rig }) => {
  const log = await rig.open();
  let head = EMPTY_HEAD;
  const append = (count: number) => async () => {
    const entries = Array.from({ length: count }, (_, n) => newEntry(`${head.version}-${n}`));
    head = headOf(accepted(await log.append('s', head, entries)));
  };
  assert.equal(await requestsOf(rig, append(1)), { 'POST /Events': 1 });
  assert.equal(await requestsOf(rig, append(3)), { 'POST /$batch': 1 });
  assert.equal(await requestsOf(rig, append(1)), { 'POST /Events': 1 });

  const other = await rig.open();
  head = headOf(accepted(await other.append('s', head, [newEntry('other')])));
  assert.equal(await requestsOf(rig, async () => (await log.read('s', head.version)).length), { 'GET /Events()': 1 });
  assert.equal(await requestsOf(rig, append(2)), { 'POST /$batch': 1 });
});

test('a head that was never seen costs one read, and one that cannot be the last none', async ({ rig }) => {
  const writer = await rig.open();
  const entries = accepted(await writer.append('s', EMPTY_HEAD, [newEntry('a'), newEntry('b')]));
  const conflict = async (head: { version: number; hash: string }) =>
    assert.equal(await log.append('s', head, [newEntry('x')]), { conflict: true });
  let log = await rig.open();
  assert.equal(await requestsOf(rig, () => conflict({ version: 2, hash: 'f'.repeat(64) })), { 'GET /Events()': 1 });
  assert.equal(await requestsOf(rig, () => conflict({ version: 3, hash: 'f'.repeat(64) })), { 'GET /Events()': 1 });
  const cold = () => log.append('s', headOf(entries), [newEntry('c')]);
  assert.equal(await requestsOf(rig, cold), { 'GET /Events()': 1, 'POST /Events': 1 });
  assert.equal(await requestsOf(rig, () => conflict(headOf(entries))), {});
  assert.equal(await requestsOf(rig, () => conflict(EMPTY_HEAD)), {});
  log = await rig.open();
  assert.equal(await requestsOf(rig, () => conflict(EMPTY_HEAD)), { 'POST /Events': 1 });
});

test('a registration is one request, and none when it is repeated', async ({ rig }) => {
  const log = await rig.open();
  assert.equal(await requestsOf(rig, () => log.register('s', HOUR)), { 'POST /Register': 1 });
  assert.equal(await requestsOf(rig, () => log.register('s', HOUR)), {});
  assert.equal(await requestsOf(rig, () => log.register('s', hour(1))), { 'POST /Register': 1 });
});

test('streams with long names are kept apart', async ({ rig }) => {
  const log = await rig.open();
  const names = ['a', 'b', 'ü'].map((end) => `${'long/'.repeat(10_000)}${end}`);
  for (const name of names) {
    await log.register(name, HOUR);
    accepted(await log.append(name, EMPTY_HEAD, [newEntry(`${name.at(-1)}`)]));
  }
  assert.equal((await collect(log.registered())).sort(), [...names].sort());
  for (const name of names) assert.is((await log.read(name))[0]?.id, name.at(-1));
  assert.equal((await verifyLog(log)).findings, []);
});

test('the largest append fits into a request, whatever its text', async ({ rig }) => {
  const log = await rig.open();
  const { entriesPerAppend, bytesPerAppend } = LOG_LIMITS;
  const sizeBytes = Math.floor(bytesPerAppend / entriesPerAppend) - 200;
  for (const text of ['"', '\\', '\u0001', 'x', 'ü', '"x\n']) {
    const data = text.repeat(sizeBytes / Buffer.byteLength(text));
    const entries = Array.from({ length: entriesPerAppend }, (_, n) => newEntry(`${n}`, { data }));
    accepted(await log.append(`s${text}`, EMPTY_HEAD, entries));
    assert.is((await log.read(`s${text}`, entriesPerAppend))[0]?.data, data);
  }
});

test('a removed row is told by its version, a changed one is found by verify', async ({ rig }) => {
  const log = await rig.open();
  for (const stream of ['s', 't']) {
    await log.register(stream, HOUR);
    accepted(
      await log.append(
        stream,
        EMPTY_HEAD,
        ['1', '2', '3', '4'].map((id) => newEntry(id)),
      ),
    );
  }
  await rig.events.updateEntity({ partitionKey: 't', rowKey: '0000000003', Data: '{}' }, 'Merge');
  assert.equal((await verifyLog(log)).findings, [{ stream: 't', version: 3, kind: 'hash' }]);
  await rig.events.deleteEntity('s', '0000000002');
  const error = await rejectsWith('LOG_CORRUPT', log.read('s'));
  assert.match(error.message, /entry 2 of stream s is missing/);
  assert.is((await log.read('s', 3)).length, 2);
  assert.equal((await verifyLog(log)).findings, [
    { stream: 's', version: 2, kind: 'unreadable' },
    { stream: 't', version: 3, kind: 'hash' },
  ]);
  await rig.events.updateEntity({ partitionKey: 't', rowKey: '0000000002', Data: 7 }, 'Merge');
  assert.match((await rejectsWith('LOG_CORRUPT', log.read('t'))).message, /entry 2 of stream t has no Data/);
});

test('a long stream and a long register are read page by page', async ({ rig }) => {
  const log = await rig.open();
  let head = EMPTY_HEAD;
  for (let n = 0; n < 11; n++) {
    const entries = Array.from({ length: 100 }, (_, k) => newEntry(`${n}-${k}`));
    head = headOf(accepted(await log.append('s', head, entries)));
  }
  assert.equal(await requestsOf(rig, async () => assert.is((await log.read('s')).length, 1_100)), {
    'GET /Events()': 2,
  });
  const names = Array.from({ length: 1_050 }, (_, n) => `s${n}`);
  await Promise.all(names.map((name, n) => log.register(name, hour(n % 3))));
  assert.equal((await collect(log.registered())).sort(), names.sort());
});

test('a stream that was registered in two hours is listed once, in the first hour of the walk', async ({ rig }) => {
  const log = await rig.open();
  for (const [stream, n] of [
    ['a', 3],
    ['a', 1],
    ['b', 2],
  ] as const)
    await log.register(stream, hour(n));
  assert.equal(await collect(log.registered()), ['a', 'b']);
  assert.equal(await collect(log.registered(hour(2))), ['b', 'a']);
});

test('closing waits for what runs; afterwards everything is refused', async ({ rig }) => {
  const log = await rig.open();
  const waiting = log.append('s', EMPTY_HEAD, [newEntry('a')]);
  await Promise.all([log.close(), log.close()]);
  assert.is(accepted(await waiting).length, 1);
  await rejectsWith('LOG_UNAVAILABLE', log.read('s'));
  await rejectsWith('LOG_UNAVAILABLE', log.append('s', EMPTY_HEAD, [newEntry('a')]));
  await rejectsWith('LOG_UNAVAILABLE', log.register('s', HOUR));
  await rejectsWith('LOG_UNAVAILABLE', collect(log.registered()));
});

test.run();
