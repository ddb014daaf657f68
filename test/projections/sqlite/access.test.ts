import { statSync, writeFileSync } from 'node:fs';
import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AccessFilter } from '../../../projections/access.ts';
import { accessQuery } from '../../../projections/sqlite/access/list.ts';
import { openMendingAccessStore } from '../../../projections/sqlite/access/mending.ts';
import { openSqliteAccessStore } from '../../../projections/sqlite/access/store.ts';
import { errorCode } from '../../../src/base/coded-error.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { accessContract, record, recordsOf } from '../access-contract.ts';
import { EVERY_KIND_OF_CHARACTER } from '../read-store-contract.ts';
import { at } from '../samples.ts';

accessContract(
  'SQLite',
  async () => {
    const { file, remove } = await tempDir('access-rows');
    const store = openSqliteAccessStore(file('access-records.db'));
    return {
      store,
      async cleanup() {
        await store.close();
        await remove();
      },
    };
  },
  EVERY_KIND_OF_CHARACTER,
);

const test = suite<{ dir: TempDir; path: string }>('the file of who looked');
test.before.each(async (context) => {
  context.dir = await tempDir('access-rows');
  context.path = context.dir.file('access-records.db');
});
test.after.each(({ dir }) => dir.remove());

const QUERIES: readonly (readonly [filter: AccessFilter, index: string])[] = [
  [{ member: 'M-1' }, 'sqlite_autoindex_AccessSubjects_1|PRIMARY KEY'],
  [{ call: 'c-1', from: at(1), to: at(9) }, 'sqlite_autoindex_AccessSubjects_1|PRIMARY KEY'],
  [{ member: 'M-1', actor: 'anna', byCompliance: true }, 'sqlite_autoindex_AccessSubjects_1|PRIMARY KEY'],
  [{ actor: 'anna' }, 'AccessRecords_Name_RecordId'],
  [{ actor: 'compliance:anna', byCompliance: true, from: at(1), to: at(9) }, 'AccessRecords_Name_RecordId'],
  [{ byCompliance: true, from: at(1) }, 'AccessRecords_OfCompliance'],
  [{ byCompliance: true }, 'AccessRecords_OfCompliance'],
  [{}, 'AccessRecords_RecordId'],
  [{ from: at(1), to: at(9) }, 'AccessRecords_RecordId'],
];

test('no question goes through all rows, or sorts what it found: among ten million it takes as long as among ten', async ({
  path,
}) => {
  await openSqliteAccessStore(path).close();
  const db = new Database(path);
  for (const [filter, index] of QUERIES) {
    for (const before of [undefined, `${at(5)}-0000`]) {
      const { rest, values } = accessQuery({ filter, limit: 50, ...(before !== undefined && { before }) });
      const steps = db.prepare(`EXPLAIN QUERY PLAN SELECT A.Actor FROM ${rest}`).all(...values) as { detail: string }[];
      const plan = steps.map(({ detail }) => detail).join('\n');
      assert.match(plan, new RegExp(index), JSON.stringify(filter));
      assert.not.match(plan, /TEMP B-TREE|AUTOMATIC/, JSON.stringify(filter));
      // Where the index has nothing but rows of the page, it is read from its end.
      assert.ok(!/\bSCAN\b(?! A USING INDEX AccessRecords_(?:RecordId|OfCompliance)\b)/.test(plan), plan);
    }
  }
  db.close();
});

test('is for its owner only', async ({ path }) => {
  const store = openSqliteAccessStore(path);
  assert.is(statSync(path).mode & 0o777, 0o600);
  await store.close();
});

test('one that is damaged is refused', async ({ path }) => {
  writeFileSync(path, 'no database at all, '.repeat(100));
  try {
    openSqliteAccessStore(path);
    assert.unreachable('it was opened');
  } catch (error) {
    assert.is(errorCode(error), 'READ_STORE_CORRUPT');
  }
});

test('one that is damaged is set aside for whoever fills it again, when the damage shows, and they are told', async ({
  path,
}) => {
  writeFileSync(path, 'no database at all, '.repeat(100));
  const kept: (string | null)[] = [];
  let toFill = 0;
  const store = openMendingAccessStore(path, { now: () => 0, onReplaced: ({ keptAs }) => kept.push(keptAs) });
  store.onToFill(() => {
    toFill += 1;
  });
  const fails = (work: Promise<unknown>) => work.then(() => 'none', errorCode);
  assert.is(await fails(store.caughtUpTo()), 'READ_STORE_CORRUPT');
  assert.equal([kept.length, toFill], [1, 1]);
  await store.write([recordsOf([record(1)])]);
  await store.markCaughtUp(at(1));
  const db = new Database(path);
  db.exec("UPDATE AccessRecords SET Members = 'M-1'");
  db.close();
  assert.is(await fails(store.list({ filter: {}, limit: 5 })), 'READ_STORE_CORRUPT');
  assert.equal([kept.length, toFill], [2, 2]);
  assert.is(await store.caughtUpTo(), null);
  await store.close();
});

test('a row that holds what no row of ours can is damage, not an answer', async ({ path }) => {
  const store = openSqliteAccessStore(path);
  await store.write([recordsOf([record(1)])]);
  const db = new Database(path);
  db.exec("UPDATE AccessRecords SET Members = 'M-1'");
  db.close();
  const code = await store.list({ filter: {}, limit: 5 }).then(() => 'none', errorCode);
  assert.is(code, 'READ_STORE_CORRUPT');
  await store.close();
});

test.run();
