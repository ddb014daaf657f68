import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { contents, rows } from '../samples.ts';
import { connectionString, failure, skipSqlServer, type TestDatabase, testDatabase } from './rig.ts';

function migrations(): void {
  const test = suite<{ database: TestDatabase }>('SQL Server migrations');
  test.before.each((context) => {
    context.database = testDatabase();
  });
  test.after.each(({ database }) => database.cleanup());

  test('of four instances that start at once are applied once, and a second time change nothing', async ({
    database,
  }) => {
    const reports = await Promise.all([1, 2, 3, 4].map(() => database.open().migrate()));
    const { known } = reports[0] ?? { known: [] };
    assert.equal(reports.flatMap(({ applied }) => applied).sort(), [...known].sort());
    await database.open().readStore.write([rows(1)]);
    assert.equal((await database.open().migrate()).applied, []);
    assert.equal(await contents(database.open().readStore), [rows(1)]);
  });

  test('are missing until they are applied, and check tells so', async ({ database }) => {
    const server = database.open();
    const before = await server.check();
    assert.equal([before.pending, before.canWrite], [before.migrations.known, false]);
    for (const work of [() => server.readStore.open(), () => server.readStore.write([rows(1)])]) {
      assert.is((await failure(work)).code, 'READ_STORE_REFUSED');
    }
    assert.match((await failure(() => server.readStore.write([rows(1)]))).message, 'have the migrations been run');
    await server.migrate();
    const after = await server.check();
    assert.equal([after.pending, after.canWrite], [[], true]);
    assert.equal([...after.migrations.applied].sort(), [...after.migrations.known].sort());
    assert.match(after.version, /\d/);
  });

  test('of a later release are not undone by an earlier one', async ({ database }) => {
    const server = database.open();
    await server.migrate();
    const table = `[${database.schema}].[CallistraMigrations]`;
    await database.run(`INSERT INTO ${table} (Id, AppliedAt) VALUES (N'999 of the future', SYSUTCDATETIME())`);
    const { code, message } = await failure(() => server.migrate());
    assert.is(code, 'READ_STORE_NEWER');
    assert.match(message, '999 of the future');
  });

  test('that fail leave nothing behind, and are applied when they can be', async ({ database }) => {
    const options = { membersCreate: false, membersIndex: true };
    const { code } = await failure(() => database.open(options).migrate());
    assert.is(code, 'READ_STORE_REFUSED');
    assert.equal((await database.open(options).check()).pending, ['members index']);
    await database.run(`CREATE TABLE ${database.members} (MemberId NVARCHAR(50) NOT NULL PRIMARY KEY,
      PhoneNumber NVARCHAR(20) NOT NULL)`);
    assert.equal((await database.open(options).migrate()).applied, ['members index']);
  });

  test.run();
}

if (connectionString === '') skipSqlServer('SQL Server migrations');
else migrations();
