import { createServer } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { migrate } from '../../../src/cli/commands/migrate.ts';
import { readConfig } from '../../../src/config/config.ts';
import { hastyClock } from '../../support/hasty-clock.ts';
import { listen } from '../../support/loopback.ts';
import { callistra, ran } from '../terminal.ts';

const SQL = { SQL_SERVER: 'plan.database.windows.net', SQL_DATABASE: 'calls' };

test('migrate --script prints T-SQL by the settings, and reaches for nothing', async () => {
  const { code, out, err } = await callistra(['migrate', '--script'], {
    ...SQL,
    SQL_SCHEMA: 'outreach',
    MEMBERS_TABLE: 'plan.Person',
  });
  assert.equal([code, err], [0, '']);
  assert.match(out, /^-- Callistra's read models in the schema \[outreach\]/);
  assert.match(out, 'TRANSFER OBJECT::[dbo].[CallSessions]');
  assert.match(out, 'GRANT SELECT ON OBJECT::[plan].[Person] TO [outreach_server];');
});

test('migrate --script without a database in the settings says which are missing', async () => {
  const { code, out, err } = await callistra(['migrate', '--script']);
  assert.equal([code, out], [2, '']);
  assert.match(err, 'SQL_CONNECTION_STRING or SQL_SERVER and SQL_DATABASE');
});

test('migrate waits three minutes for a database that is paused, and says so once', async () => {
  let asked = 0;
  const { port, close } = await listen(
    createServer((socket) => {
      asked += 1;
      socket.on('error', () => undefined);
      socket.destroy();
    }),
  );
  const SQL_CONNECTION_STRING = `Server=127.0.0.1,${port};Database=calls;User Id=app;Password=canary;Encrypt=true`;
  const config = readConfig({ SQL_CONNECTION_STRING });
  const clock = hastyClock();
  const notes: string[] = [];
  const outcome = await ran((output) =>
    migrate(config, { json: false, script: false }, { ...output, note: (text) => void notes.push(text) }, clock),
  ).then(
    () => 'migrated',
    ({ code }) => code,
  );
  await close();
  assert.is(outcome, 'READ_STORE_UNAVAILABLE');
  assert.is(asked, 18 * 3);
  assert.is(clock.waitsMs.filter((ms) => ms === 10_000).length, 17);
  assert.is(notes.length, 1);
  assert.match(notes[0] ?? '', /cannot be reached.*waking up.*three minutes/);
});

test.run();
