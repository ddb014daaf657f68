import { createServer, type Server } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connectionConfig } from '../../../projections/sqlserver/access.ts';
import { openSqlServer } from '../../../projections/sqlserver/pool.ts';
import { hastyClock } from '../../support/hasty-clock.ts';
import { listen } from '../../support/loopback.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const test = suite('SQL Server access');
const credential = { getToken: async () => ({ token: 'canary', expiresOnTimestamp: 0 }) };
const clock = virtualClock();

test('by a name and an identity is always over a checked certificate', () => {
  const config = connectionConfig({ server: 'plan.database.windows.net', database: 'calls', credential }, { clock });
  assert.is(config.server, 'plan.database.windows.net');
  assert.is(config.port, 1433);
  assert.is(config.database, 'calls');
  assert.is(config.options?.encrypt, true);
  assert.is(config.options?.trustServerCertificate, false);
});

test('by an identity asks for a token for every connection, and keeps none', () => {
  const config = connectionConfig({ server: 'tcp:plan.example,1444', database: 'calls', credential }, { clock });
  assert.equal([config.server, config.port], ['plan.example', 1444]);
  assert.is(config.authentication?.type, 'token-credential');
  assert.equal(config.authentication?.options, { credential });
  assert.not.match(JSON.stringify(config), 'canary');
});

test('by a connection string trusts a certificate only when that says so', () => {
  const string = 'Server=tcp:db.example,1444;Database=calls;User Id=app;Password=x';
  const strict = connectionConfig({ connectionString: string }, { clock });
  assert.equal([strict.server, strict.port, strict.database, strict.user], ['db.example', 1444, 'calls', 'app']);
  assert.not.equal(strict.options?.encrypt, false);
  assert.not.equal(strict.options?.trustServerCertificate, true);
  const lax = connectionConfig({ connectionString: `${string};Encrypt=false;TrustServerCertificate=true` }, { clock });
  assert.equal([lax.options?.encrypt, lax.options?.trustServerCertificate], [false, true]);
});

test('by a connection string that cannot be read says so without repeating it', () => {
  for (const connectionString of ['Password=canary', '', "Server=x;Password='canary"]) {
    try {
      connectionConfig({ connectionString }, { clock });
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, 'SQL connection string');
      assert.not.match(String((error as Error).stack), 'canary');
    }
  }
});

type Cut = { readonly connectionString: string; connections(): number; close(): Promise<void> };

/** A server that hangs up on everybody. */
async function hangsUp(): Promise<Cut> {
  let count = 0;
  const server: Server = createServer((socket) => {
    count += 1;
    socket.on('error', () => undefined);
    socket.destroy();
  });
  const { port, close } = await listen(server);
  return {
    connectionString: `Server=127.0.0.1,${port};Database=calls;User Id=app;Password=canary;Encrypt=false`,
    connections: () => count,
    close,
  };
}

test('does not connect before it is needed, so that a lost database keeps no server from starting', async () => {
  const server = await hangsUp();
  const opened = openSqlServer(server, { schema: 'callistra', clock });
  await opened.close();
  await opened.close();
  assert.is(server.connections(), 0);
  await server.close();
});

test('is tried three times, each time after twice the wait, and then the database is said to be unavailable', async () => {
  const server = await hangsUp();
  const hasty = hastyClock();
  const database = openSqlServer(server, { schema: 'callistra', clock: hasty });
  for (const work of [() => database.readStore.open(), () => database.members.find('m-1')]) {
    const error = await work().then(
      () => assert.unreachable(),
      (error: { code?: string; message: string }) => error,
    );
    assert.match(String(error?.code), /^(READ_STORE|MEMBERS)_UNAVAILABLE$/);
    assert.not.match(String(error?.message), 'canary');
  }
  assert.is(server.connections(), 6);
  assert.equal(hasty.waitsMs, [250, 500, 250, 500]);
  await database.close();
  await server.close();
});

test('never waits longer than the policy says, and tries as often as it says', async () => {
  const server = await hangsUp();
  const hasty = hastyClock();
  const database = openSqlServer(server, {
    schema: 'callistra',
    clock: hasty,
    retry: { tries: 5, minMs: 4_000, maxMs: 10_000 },
  });
  await database.readStore.open().catch(() => undefined);
  assert.equal(hasty.waitsMs, [4_000, 8_000, 10_000, 10_000]);
  await database.close();
  await server.close();
});

test('that has been closed gives a code and connects no more', async () => {
  const server = await hangsUp();
  const database = openSqlServer(server, { schema: 'callistra', clock });
  await database.close();
  const code = await database.readStore.open().then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  );
  assert.is(code, 'READ_STORE_UNAVAILABLE');
  assert.is(server.connections(), 0);
  await server.close();
});

test.run();
