import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hastyClock } from '../../support/hasty-clock.ts';
import { contents, rows } from '../samples.ts';
import { type CuttingProxy, cuttingProxy } from './cutting-proxy.ts';
import { connectionString, failure, skipSqlServer, type TestDatabase, testDatabase } from './rig.ts';

function lostDatabase(): void {
  const test = suite<{ database: TestDatabase; proxy: CuttingProxy }>('SQL Server that is lost');
  test.before.each(async (context) => {
    context.database = testDatabase();
    await context.database.open().migrate();
    context.proxy = await cuttingProxy();
  });
  test.after.each(async ({ database, proxy }) => {
    await database.cleanup();
    await proxy.close();
  });

  test('in the middle of a write is written to again, and the rows are there once', async ({ database, proxy }) => {
    const { readStore } = database.openAlone(proxy.connectionString, { clock: hastyClock() });
    await readStore.write([rows(1)]);
    proxy.cutNextAnswer();
    await readStore.write([rows(1, { version: 2 }, { 1: 'yes' }), rows(2)]);
    assert.is(proxy.cuts(), 1);
    assert.equal(await contents(readStore), [rows(2), rows(1, { version: 2 }, { 1: 'yes' })]);
  });

  test('in the middle of a migration is migrated again', async ({ proxy }) => {
    const fresh = testDatabase();
    const server = fresh.openAlone(proxy.connectionString, { clock: hastyClock() });
    const { pending } = await server.check();
    proxy.cutNextAnswer();
    const { applied, known } = await server.migrate();
    assert.is(proxy.cuts(), 1);
    assert.equal([applied, known], [pending, pending]);
    await fresh.cleanup();
  });

  test('is unavailable while it is away, and works by itself when it is back', async ({ database, proxy }) => {
    const server = database.openAlone(proxy.connectionString, { clock: hastyClock() });
    await server.readStore.write([rows(1)]);
    proxy.goAway();
    assert.is((await failure(() => server.readStore.write([rows(2)]))).code, 'READ_STORE_UNAVAILABLE');
    assert.is((await failure(() => server.members.find('m-1'))).code, 'MEMBERS_UNAVAILABLE');
    assert.is((await failure(() => server.check())).code, 'READ_STORE_UNAVAILABLE');
    proxy.comeBack();
    await server.readStore.write([rows(2)]);
    assert.equal(await contents(server.readStore), [rows(2), rows(1)]);
  });

  test('before it was ever reached keeps nothing from starting', async ({ database, proxy }) => {
    proxy.goAway();
    const server = database.openAlone(proxy.connectionString, { clock: hastyClock() });
    assert.is((await failure(() => server.migrate())).code, 'READ_STORE_UNAVAILABLE');
    proxy.comeBack();
    assert.equal((await server.migrate()).applied, []);
    assert.is(await server.members.find('m-1'), null);
  });

  test.run();
}

if (connectionString === '') skipSqlServer('SQL Server that is lost');
else lostDatabase();
