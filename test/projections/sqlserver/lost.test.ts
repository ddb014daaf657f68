import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { contents, rows } from '../samples.ts';
import { type Between, proxy } from './proxy.ts';
import { connectionString, failure, impatient, skipSqlServer, type TestDatabase, testDatabase } from './suite.ts';

function lostDatabase(): void {
  const test = suite<{ database: TestDatabase; between: Between }>('SQL Server that is lost');
  test.before.each(async (context) => {
    context.database = testDatabase();
    await context.database.open().migrate();
    context.between = await proxy();
  });
  test.after.each(async ({ database, between }) => {
    await database.cleanup();
    await between.close();
  });

  test('in the middle of a write is written to again, and the rows are there once', async ({ database, between }) => {
    const { readStore } = database.openAlone(between.connectionString, { clock: impatient });
    await readStore.write([rows(1)]);
    between.cutNextAnswer();
    await readStore.write([rows(1, { version: 2 }, { 1: 'yes' }), rows(2)]);
    assert.is(between.cuts(), 1);
    assert.equal(await contents(readStore), [rows(2), rows(1, { version: 2 }, { 1: 'yes' })]);
  });

  test('in the middle of a migration is migrated again', async ({ between }) => {
    const fresh = testDatabase();
    const server = fresh.openAlone(between.connectionString, { clock: impatient });
    const { pending } = await server.check();
    between.cutNextAnswer();
    const { applied, known } = await server.migrate();
    assert.is(between.cuts(), 1);
    assert.equal([applied, known], [pending, pending]);
    await fresh.cleanup();
  });

  test('is unavailable while it is away, and works by itself when it is back', async ({ database, between }) => {
    const server = database.openAlone(between.connectionString, { clock: impatient });
    await server.readStore.write([rows(1)]);
    between.goAway();
    assert.is((await failure(() => server.readStore.write([rows(2)]))).code, 'READ_STORE_UNAVAILABLE');
    assert.is((await failure(() => server.members.find('m-1'))).code, 'MEMBERS_UNAVAILABLE');
    assert.is((await failure(() => server.check())).code, 'READ_STORE_UNAVAILABLE');
    between.comeBack();
    await server.readStore.write([rows(2)]);
    assert.equal(await contents(server.readStore), [rows(2), rows(1)]);
  });

  test('before it was ever reached keeps nothing from starting', async ({ database, between }) => {
    between.goAway();
    const server = database.openAlone(between.connectionString, { clock: impatient });
    assert.is((await failure(() => server.migrate())).code, 'READ_STORE_UNAVAILABLE');
    between.comeBack();
    assert.equal((await server.migrate()).applied, []);
    assert.is(await server.members.find('m-1'), null);
  });

  test.run();
}

if (connectionString === '') skipSqlServer('SQL Server that is lost');
else lostDatabase();
