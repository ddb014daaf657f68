import { open as openFile, readFile, writeFile } from 'node:fs/promises';
import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { READ_STORE_MIGRATIONS } from '../../../projections/sqlite/migrations.ts';
import { openSqliteReadStore } from '../../../projections/sqlite/read-store.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { countsContract } from '../counts-contract.ts';
import { noticeLedgerContract } from '../notice-ledger-contract.ts';
import { readStoreContract } from '../read-store-contract.ts';
import { rebuildContract } from '../rebuild-contract.ts';
import { callId, contents, rows, stream } from '../samples.ts';
import { versionsContract } from '../versions-contract.ts';

async function open() {
  const { file, remove } = await tempDir('rows');
  const store = openSqliteReadStore(file('read-models.db'));
  return {
    store,
    async cleanup() {
      await store.close();
      await remove();
    },
  };
}

readStoreContract('SQLite', open);
versionsContract('SQLite', open);
countsContract('SQLite', open);
rebuildContract('SQLite', open);
noticeLedgerContract('SQLite', open);

const test = suite<{ path: string; remove(): Promise<void> }>('SQLite read-model file');

test.before.each(async (context) => {
  const { file, remove } = await tempDir('rows');
  context.path = file('read-models.db');
  context.remove = remove;
});
test.after.each((context) => context.remove());

function failure(work: () => unknown): { code?: string; message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return { message: 'it did not fail' };
}

test('keeps its rows when it is closed and opened again', async ({ path }) => {
  const first = openSqliteReadStore(path);
  await first.write([rows(1, {}, { 1: 'yes' })]);
  await first.close();
  const second = openSqliteReadStore(path);
  assert.equal(await contents(second), [rows(1, {}, { 1: 'yes' })]);
  await second.close();
});

test('takes a newer row of a call that another process has written meanwhile', async ({ path }) => {
  const [here, there] = [openSqliteReadStore(path), openSqliteReadStore(path)];
  await here.write([rows(1, { version: 1, status: 'Connected' })]);
  await there.write([rows(1, { version: 2, status: 'PersonDetected', callConnectionId: 'another leg' })]);
  await here.write([rows(1, { version: 3, status: 'Connected' })]);
  assert.equal(await contents(there), [rows(1, { version: 3, status: 'Connected' })]);
  await there.write([rows(1, { version: 2, status: 'PersonDetected' })]);
  assert.equal(await contents(here), [rows(1, { version: 3, status: 'Connected' })]);
  await here.close();
  await there.close();
});

test('does not build upon what was rolled back', async ({ path }) => {
  const [here, there] = [openSqliteReadStore(path), openSqliteReadStore(path)];
  await here.write([rows(1), rows(3, {}, { 1: 'yes' })]);
  const [taken] = rows(3, {}, { 1: 'yes' }).responses;
  const unwritable = { ...rows(2), responses: [{ ...taken!, callSessionId: callId(2) }] };
  const refused = await here.write([rows(1, { version: 2 }, { 1: 'yes' }), unwritable]).then(
    () => 'written',
    () => 'refused',
  );
  assert.is(refused, 'refused');
  await there.write([rows(1, { version: 2, status: 'Connected' }, { 1: 'no', 2: 'no' })]);
  await here.write([rows(1, { version: 3 }, { 1: 'yes' })]);
  assert.equal(await there.bySession(callId(1)), rows(1, { version: 3 }, { 1: 'yes' }));
  await here.close();
  await there.close();
});

test('takes answers that are changed, added and taken away while the call stands as before', async ({ path }) => {
  const store = openSqliteReadStore(path);
  const answers: Record<number, string>[] = [
    {},
    { 1: 'yes' },
    { 1: 'timeout', 2: 'no' },
    { 1: 'no', 2: 'no' },
    { 2: 'no' },
  ];
  for (const [index, given] of answers.entries()) {
    const call = rows(1, { version: index + 1 }, given);
    await store.write([call]);
    assert.equal(await store.bySession(callId(1)), call, JSON.stringify(given));
  }
  await store.close();
});

test('of an earlier release is brought up to date with its rows, which learn the new columns at their next write', async ({
  path,
}) => {
  const raw = new Database(path);
  raw.exec(READ_STORE_MIGRATIONS[0] ?? '');
  raw.exec('PRAGMA user_version = 1');
  const { session } = rows(1);
  raw
    .prepare('INSERT INTO CallSessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      callId(1),
      'member-1',
      'connection-1',
      'Initiated',
      null,
      'wellness@1',
      session.createdAt,
      session.updatedAt,
      1,
    );
  raw.close();
  const store = openSqliteReadStore(path);
  assert.equal(await contents(store), [rows(1, { correlationId: null, serverCallId: null })]);
  const filter = { status: 'Initiated' } as const;
  assert.is((await store.list({ filter, limit: 5 })).length, 1);
  assert.equal(
    (await store.counts('2026', '2027')).map(({ calls }) => calls),
    [1],
  );
  await store.write([rows(1, { version: 2 })]);
  assert.equal(await contents(store), [rows(1, { version: 2 })]);
  assert.is(await store.byProviderIds({ correlationId: null, serverCallId: 'server-1' }), callId(1));
  await store.close();
});

test('is refused when a later release wrote it, and left as it is', async ({ path }) => {
  const store = openSqliteReadStore(path);
  await store.close();
  const raw = new Database(path);
  raw.exec('ALTER TABLE CallSessions ADD COLUMN Later TEXT; PRAGMA user_version = 99');
  raw.close();
  const error = failure(() => openSqliteReadStore(path));
  assert.is(error.code, 'READ_STORE_NEWER');
  assert.match(error.message, 'version 99');
});

test('that is no database says what can be done', async ({ path }) => {
  await writeFile(path, 'not a database '.repeat(500));
  const error = failure(() => openSqliteReadStore(path));
  assert.is(error.code, 'READ_STORE_CORRUPT');
  assert.match(error.message, 'move it away, it is built again from the log');
});

test('with damaged pages is refused when it is opened, and when they show later, and repeats nothing of them', async ({
  path,
}) => {
  const store = openSqliteReadStore(path);
  await store.write(Array.from({ length: 500 }, (_, n) => rows(n, { memberId: 'canary' })));
  await store.close();
  const open = openSqliteReadStore(path);
  const file = await openFile(path, 'r+');
  const row = (await readFile(path)).indexOf(`${callId(1)}canary`);
  await file.write(Buffer.alloc(4_096, 'canary'), 0, 4_096, row - (row % 4_096));
  await file.close();
  // What it has in memory from its opening is old now.
  const other = new Database(path);
  other.exec('CREATE TABLE Other (n INTEGER); DROP TABLE Other');
  other.close();
  const reopened = async () => openSqliteReadStore(path);
  for (const work of [reopened, () => open.bySession(callId(1)), () => open.write([rows(1, { version: 9 })])]) {
    const error = await work().then(
      () => ({ code: 'none', message: '' }),
      (error: { code?: string; message: string }) => error,
    );
    assert.is(error.code, 'READ_STORE_CORRUPT');
    assert.not.match(error.message, 'canary');
  }
  await open.close();
});

test('in a directory that does not exist has a code too', ({ path }) => {
  assert.is(failure(() => openSqliteReadStore(`${path}/missing/x.db`)).code, 'READ_STORE_UNAVAILABLE');
});

test('answers BUSY while another process holds it, and takes the write afterwards', async ({ path }) => {
  const store = openSqliteReadStore(path);
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  const code = await store.write([rows(1)]).then(
    () => 'written',
    (error: { code?: string }) => error.code,
  );
  assert.is(code, 'READ_STORE_BUSY');
  assert.equal(await contents(store), []);
  other.exec('COMMIT');
  other.close();
  await store.write([rows(1)]);
  assert.equal(await contents(store), [rows(1)]);
  await store.close();
});

test('can be rebuilt by one process while another writes and reads', async ({ path }) => {
  const server = openSqliteReadStore(path);
  const tool = openSqliteReadStore(path);
  const log = Array.from({ length: 900 }, (_, n) => rows(n, { version: 5 }, { 1: 'yes' }));
  await server.write(log);
  async function* logWithWrites() {
    for (const call of log) {
      yield call;
      if (call === log[450]) await server.write([rows(3, { version: 6 }), rows(7_000)]);
    }
  }
  assert.equal((await tool.rebuild(logWithWrites())).differences, []);
  assert.equal(await server.bySession(callId(3)), rows(3, { version: 6 }));
  await server.write([rows(7_000, { version: 2 })]);
  assert.equal(await tool.bySession(callId(7_000)), rows(7_000, { version: 2 }));
  await server.close();
  await tool.close();
});

test('survives a rebuild whose process died, and rebuilds again', async ({ path }) => {
  const dying = openSqliteReadStore(path);
  await dying.write([rows(1)]);
  void dying.rebuild({
    [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
  });
  const next = openSqliteReadStore(path);
  await next.write([rows(1, { version: 2 }), rows(2)]);
  assert.equal((await next.rebuild(stream([rows(1, { version: 2 }), rows(2)]))).differences, []);
  await next.close();
  const raw = new Database(path);
  const names = raw.prepare('SELECT name FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name').pluck().all();
  raw.close();
  assert.equal(names, [
    'CallCounts',
    'CallHours',
    'CallKinds',
    'CallResponses',
    'CallSessions',
    'CallSessions_CallConnectionId',
    'CallSessions_CorrelationId',
    'CallSessions_CreatedAt',
    'CallSessions_Kind',
    'CallSessions_MemberId',
    'CallSessions_ServerCallId',
    'CallSessions_Standing',
    'CallSessions_UpdatedAt',
    'CallSessions_counted_DELETE',
    'CallSessions_counted_INSERT',
    'CallSessions_counted_UPDATE',
    'PublishedNotices',
    'Rebuilds',
    'sqlite_sequence',
  ]);
});

test('still refuses a response without its session after a rebuild', async ({ path }) => {
  const store = openSqliteReadStore(path);
  await store.rebuild(stream([rows(1, {}, { 1: 'yes' })]));
  await store.rebuild(stream([rows(1, {}, { 1: 'yes' })]));
  await store.close();
  const raw = new Database(path);
  raw.exec('PRAGMA foreign_keys = ON');
  const insert = "INSERT INTO CallResponses VALUES ('x-1', 'x', 1, 'yes', '2026')";
  assert.match(failure(() => raw.exec(insert)).message, 'FOREIGN KEY');
  raw.close();
});

test('has an index for every query of the port', async ({ path }) => {
  await openSqliteReadStore(path).close();
  const raw = new Database(path);
  const plan = (where: string): string => {
    const steps = raw.prepare(`EXPLAIN QUERY PLAN SELECT * FROM CallSessions WHERE ${where}`).all();
    return JSON.stringify(steps);
  };
  const byId = 'ORDER BY CallSessionId DESC LIMIT 10';
  for (const where of [
    "CallConnectionId = 'c'",
    `CorrelationId = 'c' ${byId}`,
    `ServerCallId = 's' ${byId}`,
    "UpdatedAt >= '2026' ORDER BY UpdatedAt, CallSessionId LIMIT 10",
    `MemberId = 'm' AND CallSessionId < 'x' ${byId}`,
    'Disposition IS NULL',
    "CreatedAt >= '2026' AND CreatedAt < '2027'",
  ]) {
    assert.match(plan(where), 'SEARCH', where);
    assert.not.match(plan(where), 'TEMP B-TREE', where);
  }
  raw.close();
});

test.run();
