import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ReadStoreError } from '../../../projections/ports.ts';
import { callFinder } from '../../../projections/sqlite/any-id.ts';
import { openSqlite, type Sqlite } from '../../../projections/sqlite/driver.ts';
import { openSqliteReadStore, READ_MODELS } from '../../../projections/sqlite/read-store.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { callId, rows } from '../samples.ts';

const test = suite<{ path: string; remove(): Promise<void> }>('Calls asked for in one turn');

test.before.each(async (context) => {
  const { file, remove } = await tempDir('any-id');
  context.path = file('read-models.db');
  context.remove = remove;
  const store = openSqliteReadStore(context.path);
  await store.write([1, 2, 3, 4].map((n) => rows(n, {}, { 1: 'yes' })));
  await store.close();
});
test.after.each((context) => context.remove());

/** A file that notes how many questions each of its statements answers. */
function counted(path: string): { readonly db: Sqlite; readonly asked: number[] } {
  const db = openSqlite(path, READ_MODELS, () => {});
  const asked: number[] = [];
  const query: Sqlite['query'] = (shape, rest) => {
    const { first, all } = db.query<never>(shape, rest);
    const countedAll: typeof all = (...values) => {
      asked.push((JSON.parse(String(values[0])) as unknown[]).length);
      return all(...values);
    };
    return { first, all: countedAll };
  };
  return { db: { ...db, query }, asked };
}

/** Makes text that is not UTF-8 of what a call's row holds. */
function damage(path: string, callSessionId: string): void {
  const db = new Database(path);
  db.prepare("UPDATE CallSessions SET MemberId = CAST(x'ff41' AS TEXT) WHERE CallSessionId = ?").run([callSessionId]);
  db.close();
}

test('are read with one statement, each for whoever asked, also who asks for the same or for nobody', async ({
  path,
}) => {
  const { db, asked } = counted(path);
  const finder = callFinder(db);
  const ids = [callId(3), 'connection-1', 'nobody', callId(3), 'connection-4'];
  const found = await Promise.all(ids.map((id) => finder.find(id, id)));
  assert.equal(
    found.map((call) => call?.session.memberId ?? null),
    ['member-3', 'member-1', null, 'member-3', 'member-4'],
  );
  assert.equal(found[0], rows(3, {}, { 1: 'yes' }));
  assert.equal(asked, [5]);
  assert.equal(await finder.find(callId(2), callId(2)), rows(2, {}, { 1: 'yes' }));
  assert.equal(asked, [5, 1], 'nobody waits for the next to ask');
  db.close();
});

test('that are damaged are the answer to whoever asked for them, and to nobody else', async ({ path }) => {
  damage(path, callId(2));
  const store = openSqliteReadStore(path);
  const ids = [callId(1), 'connection-2', callId(3)];
  const found = await Promise.allSettled(ids.map((id) => store.byAnyId(id, id)));
  assert.equal(
    found.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  const [first, second, third] = found as [
    PromiseFulfilledResult<unknown>,
    PromiseRejectedResult,
    PromiseFulfilledResult<unknown>,
  ];
  assert.equal([first.value, third.value], [rows(1, {}, { 1: 'yes' }), rows(3, {}, { 1: 'yes' })]);
  assert.instance(second.reason, ReadStoreError);
  assert.is(second.reason.code, 'READ_STORE_CORRUPT');
  assert.match(second.reason.message, callId(2));
  await store.close();
});

test('are answered before their file is closed', async ({ path }) => {
  const store = openSqliteReadStore(path);
  const asked = store.byAnyId('connection-3', 'connection-3');
  await store.close();
  assert.equal(await asked, rows(3, {}, { 1: 'yes' }));
});

test('fail each where the file is closed already', async ({ path }) => {
  const { db } = counted(path);
  const finder = callFinder(db);
  db.close();
  const found = await Promise.allSettled([1, 2].map((n) => finder.find(callId(n), callId(n))));
  assert.equal(
    found.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
});

test.run();
