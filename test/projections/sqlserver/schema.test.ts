import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SqlServerOptions } from '../../../projections/sqlserver/access.ts';
import { contents, rows } from '../samples.ts';
import { connectionString, failure, skipSqlServer, type TestDatabase, testDatabase } from './rig.ts';

/** A release that knows no schema of its own, and one that has come to the same database after it. */
type Releases = { older: TestDatabase; newer: TestDatabase; after: Partial<SqlServerOptions> };

/** Only SQL Server and Azure SQL can show these: Babelfish moves no tables and has no synonyms. */
function schemas(): void {
  const test = suite<Releases>('SQL Server tables of an older release');
  test.before.each(async (context) => {
    context.older = testDatabase();
    context.newer = testDatabase();
    context.after = { olderSchema: context.older.schema, members: { ...MEMBERS, table: context.older.members } };
    const server = context.older.open();
    await server.migrate();
    await server.readStore.write([rows(1, { disposition: 'busy' }, { 1: 'yes' })]);
    await server.readStore.notices.mark([
      { callSessionId: rows(1).session.callSessionId, version: 1, published: ['n'] },
    ]);
  });
  test.after.each(async ({ older, newer }) => {
    const synonyms = await older.run(`SELECT name FROM sys.synonyms WHERE schema_id = SCHEMA_ID(N'${older.schema}')`);
    for (const { name } of synonyms) await older.run(`DROP SYNONYM [${older.schema}].[${name}]`);
    await newer.cleanup();
    await older.cleanup();
  });

  const ways = {
    'by migrate': async ({ newer, after }: Releases) => void (await newer.open(after).migrate()),
    'by the script': async ({ newer, after }: Releases) => void (await newer.run(newer.open(after).script())),
  };
  for (const [way, move] of Object.entries(ways)) {
    test(`are moved ${way}, rows, marks and indexes, and once`, async (releases) => {
      const { newer, after } = releases;
      await move(releases);
      const { readStore, check } = newer.open(after);
      assert.equal(await contents(readStore), [rows(1, { disposition: 'busy' }, { 1: 'yes' })]);
      assert.equal(await readStore.notices.due(rows(1).session.updatedAt, 5), []);
      const indexes = await newer.run(
        `SELECT name FROM sys.indexes WHERE object_id = OBJECT_ID(N'[${newer.schema}].[CallSessions]') AND name LIKE 'IX[_]%'`,
      );
      assert.is(indexes.length, 10);
      assert.equal((await check()).pending, []);
      await move(releases);
      assert.equal((await newer.open(after).migrate()).applied, []);
      assert.equal(await contents(readStore), [rows(1, { disposition: 'busy' }, { 1: 'yes' })]);
    });

    test(`moved ${way} are read and written by servers of both releases`, async (releases) => {
      const { older, newer, after } = releases;
      await move(releases);
      const [old, young] = [older.open().readStore, newer.open(after).readStore];
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? old : young).write([rows(2, { version: n + 2 }, { 1: `v${n}` })]),
        ),
      );
      const newest = rows(2, { version: 21 }, { 1: 'v19' });
      for (const store of [old, young]) assert.equal(await store.bySession(newest.session.callSessionId), newest);
      assert.equal((await older.open().check()).canWrite, true);
      const log = [rows(2, { version: 22 }), rows(3)];
      await old.rebuild(
        (async function* () {
          yield* log;
        })(),
      );
      assert.equal(await contents(young), [rows(3), rows(2, { version: 22 })]);
    });

    test(`moved ${way} are not made again by a server of the older release`, async (releases) => {
      const { older } = releases;
      await move(releases);
      const { code, message } = await failure(() => older.open().migrate());
      assert.is(code, 'READ_STORE_NEWER');
      assert.match(message, releases.newer.schema);
    });

    test(`that cannot be moved ${way} stay where they are, all of them, and are moved when they can be`, async (releases) => {
      const { older, newer, after } = releases;
      const taken = `[${newer.schema}].[AccessCaughtUp]`;
      await newer.run(`CREATE SCHEMA [${newer.schema}]`);
      await newer.run(`CREATE TABLE ${taken} (Id INT NOT NULL)`);
      assert.is.not((await failure(() => move(releases))).message, 'it did not fail');
      assert.equal(await contents(older.open().readStore), [rows(1, { disposition: 'busy' }, { 1: 'yes' })]);
      assert.equal((await newer.open(after).check()).migrations.applied, []);
      await newer.run(`DROP TABLE ${taken}`);
      await move(releases);
      assert.is((await contents(newer.open(after).readStore)).length, 1);
    });
  }

  test.run();
}

const MEMBERS = { memberId: 'MemberId', phoneNumber: 'PhoneNumber', name: 'Name', timeZone: 'TimeZone' };

async function isBabelfish(): Promise<boolean> {
  const { open, cleanup } = testDatabase();
  const { version } = await open().check();
  await cleanup();
  return version.startsWith('Babelfish');
}

const name = 'SQL Server tables of an older release';
if (connectionString === '' || (await isBabelfish())) skipSqlServer(name);
else schemas();
