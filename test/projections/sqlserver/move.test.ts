import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sqlServerOn } from '../../../projections/sqlserver/pool.ts';
import { hastyClock } from '../../support/hasty-clock.ts';
import { type Answers, freshDatabase, tablesToMove } from './batches/database.ts';
import { recorder } from './batches/recorder.ts';
import { failure } from './rig.ts';

const test = suite("the tables of an older release, in SQL Server's words");

/** What `migrate` sends to such a database, in the order in which it does; `|` is a commit. */
function migrating(database: Answers, schema = 'callistra') {
  const sent = recorder(database);
  const order: string[] = [];
  const server = sqlServerOn(
    (codes) => {
      const db = sent.database(codes);
      const batch = (text: string) => {
        order.push(text);
        return db.batch(text);
      };
      return {
        ...db,
        batch,
        async transaction(work) {
          const result = await work({ batch });
          order.push('|');
          return result;
        },
      };
    },
    { schema, olderSchema: 'dbo', clock: hastyClock() },
    async () => undefined,
  );
  return { migrate: server.migrate, order };
}

/** A database that says otherwise where it is asked about this. */
const saying =
  (about: RegExp, rows: readonly unknown[], otherwise = tablesToMove()): Answers =>
  (text) =>
    about.test(text) ? [rows] : otherwise(text);

const moves = (order: readonly string[]) => order.filter((text) => text.includes('TRANSFER'));

test('are moved before anything else is made, with the list that says so, all in one transaction', async () => {
  const { migrate, order } = migrating(tablesToMove());
  assert.is((await migrate()).applied[0], 'moved from dbo');
  const first = order.slice(0, order.indexOf('|'));
  assert.is(moves(first).length, 1);
  assert.is(moves(order).length, 1);
  const [text = ''] = moves(first);
  assert.is(text.match(/TRANSFER OBJECT::\[dbo\]/g)?.length, 15);
  assert.is(text.match(/CREATE SYNONYM \[dbo\]\.(\[\w+\]) FOR \[callistra\]\.\1;/g)?.length, 15);
  assert.match(text, "VALUES (N'moved from dbo'");
  assert.match(
    text,
    "INSERT INTO [dbo].[CallistraMigrations] (Id, AppliedAt) VALUES (N'999 moved to schema callistra'",
  );
});

test('keep their locks: a release that knows no other schema names them after dbo', async () => {
  const { migrate, order } = migrating(tablesToMove());
  await migrate();
  const names = order.flatMap((text) => [...text.matchAll(/N'callistra:(\w+):(\w+)'/g)].map(([, ...name]) => name));
  assert.ok(names.every(([scope]) => scope === 'dbo'));
  const [text = ''] = moves(order);
  const held = [...text.matchAll(/N'callistra:dbo:(\w+)'/g)].map(([, lock]) => lock);
  assert.equal(held, ['rebuild', 'rows', 'notices', 'access'], 'and so no writer is met half way');
});

test('that are not there, or were moved already, are moved by nobody', async () => {
  const nobody: readonly Answers[] = [
    freshDatabase(),
    saying(/AS ours/, [{ ours: 7, older: 1 }]),
    saying(/SELECT Id AS id FROM \[dbo\]/, [{ id: '004 access records' }, { id: '999 moved to schema other' }]),
  ];
  for (const database of nobody) {
    const { migrate, order } = migrating(database);
    assert.not.ok((await migrate()).applied.includes('moved from dbo'));
    assert.equal(moves(order), []);
  }
});

test('that this login may not move stay where they are, and it is said what to do', async () => {
  const { migrate, order } = migrating(saying(/AS allowed/, [{ allowed: 0 }]));
  const { code, message } = await failure(migrate);
  assert.is(code, 'READ_STORE_REFUSED');
  assert.match(message, /schema "dbo".*CONTROL.*migrate --script/);
  assert.not.ok(order.includes('|'));
});

test('of a later release are not moved by an earlier one', async () => {
  const { migrate, order } = migrating(saying(/SELECT Id AS id FROM \[dbo\]/, [{ id: '998 of the future' }]));
  assert.is((await failure(migrate)).code, 'READ_STORE_NEWER');
  assert.equal(moves(order), []);
});

test('that have moved are not made again where they were: whoever looks there is told where they are', async () => {
  const away = saying(
    /SELECT Id AS id/,
    [{ id: '999 moved to schema callistra' }],
    saying(/AS objectId/, [{ objectId: 1 }]),
  );
  const { migrate, order } = migrating(away, 'dbo');
  const { code, message } = await failure(migrate);
  assert.is(code, 'READ_STORE_NEWER');
  assert.match(message, /moved to the schema "callistra": name it in SQL_SCHEMA/);
  assert.not.match(order.join('\n'), 'CallSessions');
});

test.run();
